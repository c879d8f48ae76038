package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link InfoNce}. */
public record InfoNceConfig(
    @Key(value = "scale of the logits, the inverse of the temperature", defaultValue = "{}")
        TemperatureConfig temperature,
    @Key(
            value = "share of each target that is spread over the whole batch, in [0, 1)",
            defaultValue = "0")
        double labelSmoothing,
    @Key(
            value =
                "weight of the direction in which each clip picks its caption, in [0, 1]; the other"
                    + " direction has the rest",
            defaultValue = "0.5")
        double audioToTextShare) {

  /** Checks the ranges. */
  public InfoNceConfig {
    OptionRange.requireBelowOne("label-smoothing", labelSmoothing);
    OptionRange.requireShare("audio-to-text-share", audioToTextShare);
  }

  /** Both directions alike, no smoothing. */
  public static InfoNceConfig of(TemperatureConfig temperature) {
    return new InfoNceConfig(temperature, 0, 0.5);
  }

  InfoNceConfig withShare(double share) {
    return new InfoNceConfig(temperature, labelSmoothing, share);
  }
}
