package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link Decoupled} losses. */
public final class DecoupledFactory implements LossFactory<DecoupledConfig> {

  @Override
  public Class<DecoupledConfig> configType() {
    return DecoupledConfig.class;
  }

  @Override
  public ContrastiveLoss create(DecoupledConfig config, int embeddingDim) {
    return Decoupled.of(config);
  }
}
