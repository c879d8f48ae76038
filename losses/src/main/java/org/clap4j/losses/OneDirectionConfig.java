package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link InfoNce} in one direction. */
public record OneDirectionConfig(
    @Key(value = "scale of the logits, the inverse of the temperature", defaultValue = "{}")
        TemperatureConfig temperature,
    @Key(
            value = "share of each target that is spread over the whole batch, in [0, 1)",
            defaultValue = "0")
        double labelSmoothing) {

  /** Checks the range. */
  public OneDirectionConfig {
    OptionRange.requireBelowOne("label-smoothing", labelSmoothing);
  }
}
