package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link SupCon} losses. */
public final class SupConFactory implements LossFactory<SupConConfig> {

  @Override
  public Class<SupConConfig> configType() {
    return SupConConfig.class;
  }

  @Override
  public ContrastiveLoss create(SupConConfig config, int embeddingDim) {
    return SupCon.of(config);
  }
}
