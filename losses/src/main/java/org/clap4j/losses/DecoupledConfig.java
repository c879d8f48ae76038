package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link Decoupled}. */
public record DecoupledConfig(
    @Key(value = "scale of the logits, the inverse of the temperature", defaultValue = "{}")
        TemperatureConfig temperature,
    @Key(
            value =
                "weight of the direction in which each clip picks its caption, in [0, 1]; the other"
                    + " direction has the rest",
            defaultValue = "0.5")
        double audioToTextShare) {

  /** Checks the range. */
  public DecoupledConfig {
    OptionRange.requireShare("audio-to-text-share", audioToTextShare);
  }
}
