package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link InfoNce} losses. */
public final class InfoNceFactory implements LossFactory<InfoNceConfig> {

  @Override
  public Class<InfoNceConfig> configType() {
    return InfoNceConfig.class;
  }

  @Override
  public ContrastiveLoss create(InfoNceConfig config, int embeddingDim) {
    return InfoNce.of(config);
  }
}
