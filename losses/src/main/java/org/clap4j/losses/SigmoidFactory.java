package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link Sigmoid} losses. */
public final class SigmoidFactory implements LossFactory<SigmoidConfig> {

  @Override
  public Class<SigmoidConfig> configType() {
    return SigmoidConfig.class;
  }

  @Override
  public ContrastiveLoss create(SigmoidConfig config, int embeddingDim) {
    return Sigmoid.of(config);
  }
}
