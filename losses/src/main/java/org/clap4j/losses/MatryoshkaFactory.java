package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link Matryoshka} losses. */
public final class MatryoshkaFactory implements LossFactory<MatryoshkaConfig> {

  @Override
  public Class<MatryoshkaConfig> configType() {
    return MatryoshkaConfig.class;
  }

  @Override
  public ContrastiveLoss create(MatryoshkaConfig config, int embeddingDim) {
    return Matryoshka.of(config, embeddingDim);
  }
}
