package org.clap4j.core.model;

import org.clap4j.core.loss.ContrastiveLoss;

/**
 * Makes a contrastive loss.
 *
 * @param <C> its configuration
 */
public interface LossFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Makes the loss that a configuration describes.
   *
   * @param embeddingDim D of the embeddings that it will be given, for a loss with parameters of
   *     such a size
   */
  ContrastiveLoss create(C config, int embeddingDim);

  /**
   * Makes the loss that a section has chosen; a loss that is made of losses does it with theirs.
   */
  static ContrastiveLoss create(Selected<LossFactory<?>> section, int embeddingDim) {
    return create(section.factory(), section.options(), embeddingDim);
  }

  private static <C extends Record> ContrastiveLoss create(
      LossFactory<C> factory, Record options, int embeddingDim) {
    return factory.create(factory.configType().cast(options), embeddingDim);
  }
}
