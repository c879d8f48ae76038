package org.clap4j.core.model;

import org.clap4j.core.loss.ContrastiveLoss;

/**
 * Makes a contrastive loss.
 *
 * @param <C> its configuration
 */
public interface LossFactory<C extends Record> extends ComponentFactory<C> {

  /** Makes the loss that a configuration describes. */
  ContrastiveLoss create(C config);
}
