package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link HardNegative} losses. */
public final class HardNegativeFactory implements LossFactory<HardNegativeConfig> {

  @Override
  public Class<HardNegativeConfig> configType() {
    return HardNegativeConfig.class;
  }

  @Override
  public ContrastiveLoss create(HardNegativeConfig config, int embeddingDim) {
    return HardNegative.of(config);
  }
}
