package org.clap4j.losses;

import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;

/** Makes {@link InfoNce} losses of which only one direction counts. */
public final class OneDirectionFactory implements LossFactory<OneDirectionConfig> {

  private final double audioToTextShare;

  private OneDirectionFactory(double audioToTextShare) {
    this.audioToTextShare = audioToTextShare;
  }

  /** Each clip picks its caption: {@code mean_i [-z_ii + log sum_j exp z_ij]}. */
  public static OneDirectionFactory audioToText() {
    return new OneDirectionFactory(1);
  }

  /** Each caption picks its clip: {@code mean_j [-z_jj + log sum_i exp z_ij]}. */
  public static OneDirectionFactory textToAudio() {
    return new OneDirectionFactory(0);
  }

  @Override
  public Class<OneDirectionConfig> configType() {
    return OneDirectionConfig.class;
  }

  @Override
  public ContrastiveLoss create(OneDirectionConfig config, int embeddingDim) {
    return InfoNce.of(
        new InfoNceConfig(config.temperature(), config.labelSmoothing(), audioToTextShare));
  }
}
