package org.clap4j.encoders.audio.cnn14;

import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.jspecify.annotations.Nullable;

/** Options of {@code cnn14}. */
public record Cnn14Config(
    @Key(
            value = "channels of the first block, doubled from block to block; PANNs has 64",
            defaultValue = "64")
        int baseChannels,
    @Key(value = "blocks of two 3 x 3 convolutions, 1 to 6; PANNs has 6", defaultValue = "6")
        int blocks,
    @Key(value = "front end that the weights are bound to", defaultValue = "{}")
        FrontEndConfig frontEnd,
    @Key(value = "dropout after each block, in [0, 1)", defaultValue = "0.2") double blockDropout,
    @Key(
            value = "dropout before and after the fully connected layer, in [0, 1)",
            defaultValue = "0.5")
        double featureDropout,
    @Key(
            value = "size of the features; null: the channels of the last block, as in PANNs",
            defaultValue = "null")
        @Nullable Integer features) {

  private static final int MOST_BLOCKS = 6;

  /** Checks the ranges. */
  public Cnn14Config {
    OptionRange.requireAtLeast("base-channels", baseChannels, 1);
    if (blocks < 1 || blocks > MOST_BLOCKS) {
      throw new IllegalArgumentException("blocks must be in [1, 6], was " + blocks);
    }
    OptionRange.requireBelowOne("block-dropout", blockDropout);
    OptionRange.requireBelowOne("feature-dropout", featureDropout);
    if (features != null) {
      OptionRange.requireAtLeast("features", features, 1);
    }
  }

  /** As many features as the last block has channels. */
  public Cnn14Config(
      int baseChannels,
      int blocks,
      FrontEndConfig frontEnd,
      double blockDropout,
      double featureDropout) {
    this(baseChannels, blocks, frontEnd, blockDropout, featureDropout, null);
  }
}
