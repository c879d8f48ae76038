package org.clap4j.encoders.audio.cnn14;

import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@code cnn10} and {@code cnn6}, which differ in their convolutions alone. */
public record SmallCnnConfig(
    @Key(
            value = "channels of the first block, doubled from block to block; PANNs has 64",
            defaultValue = "64")
        int baseChannels,
    @Key(value = "front end that the weights are bound to", defaultValue = "{}")
        FrontEndConfig frontEnd,
    @Key(value = "dropout after each block, in [0, 1)", defaultValue = "0.2") double blockDropout,
    @Key(
            value = "dropout before and after the fully connected layer, in [0, 1)",
            defaultValue = "0.5")
        double featureDropout) {

  /** Checks the ranges. */
  public SmallCnnConfig {
    OptionRange.requireAtLeast("base-channels", baseChannels, 1);
    OptionRange.requireBelowOne("block-dropout", blockDropout);
    OptionRange.requireBelowOne("feature-dropout", featureDropout);
  }
}
