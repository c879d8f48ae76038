package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link MultiPositive}. */
public record MultiPositiveConfig(
    @Key(value = "scale of the logits, the inverse of the temperature", defaultValue = "{}")
        TemperatureConfig temperature,
    @Key(
            value =
                "what makes two pairs positives of each other: clip (the same sound), caption (the"
                    + " same text), either",
            defaultValue = "either")
        Share share,
    @Key(
            value = "share of each target that is spread over the whole batch, in [0, 1)",
            defaultValue = "0")
        double labelSmoothing,
    @Key(
            value =
                "weight of the direction in which each clip picks its captions, in [0, 1]; the other"
                    + " direction has the rest",
            defaultValue = "0.5")
        double audioToTextShare) {

  /** What makes two pairs positives of each other. */
  public enum Share {
    CLIP,
    CAPTION,
    EITHER
  }

  /** Checks the ranges. */
  public MultiPositiveConfig {
    OptionRange.requireBelowOne("label-smoothing", labelSmoothing);
    OptionRange.requireShare("audio-to-text-share", audioToTextShare);
  }

  /** Both directions alike, no smoothing. */
  public static MultiPositiveConfig of(TemperatureConfig temperature, Share share) {
    return new MultiPositiveConfig(temperature, share, 0, 0.5);
  }

  MultiPositiveConfig withShare(double audioToText) {
    return new MultiPositiveConfig(temperature, share, labelSmoothing, audioToText);
  }
}
