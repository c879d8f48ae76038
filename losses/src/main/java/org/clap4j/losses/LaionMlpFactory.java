package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link LaionMlp} losses. */
public final class LaionMlpFactory implements LossFactory<LaionMlpConfig> {

  @Override
  public Class<LaionMlpConfig> configType() {
    return LaionMlpConfig.class;
  }

  @Override
  public ContrastiveLoss create(LaionMlpConfig config, int embeddingDim) {
    return LaionMlp.of(config, embeddingDim);
  }
}
