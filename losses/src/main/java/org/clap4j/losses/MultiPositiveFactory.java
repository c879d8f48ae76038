package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link MultiPositive} losses. */
public final class MultiPositiveFactory implements LossFactory<MultiPositiveConfig> {

  @Override
  public Class<MultiPositiveConfig> configType() {
    return MultiPositiveConfig.class;
  }

  @Override
  public ContrastiveLoss create(MultiPositiveConfig config, int embeddingDim) {
    return MultiPositive.of(config);
  }
}
