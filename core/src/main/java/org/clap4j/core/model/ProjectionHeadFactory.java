package org.clap4j.core.model;

/**
 * Makes a projection head.
 *
 * @param <C> its configuration
 */
public interface ProjectionHeadFactory<C extends Record> extends ComponentFactory<C> {

  /** Makes the head that a configuration describes. */
  ProjectionHead create(C config);
}
