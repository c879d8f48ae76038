package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link Sigmoid}. */
public record SigmoidConfig(
    @Key(
            value = "scale of the logits, the inverse of the temperature",
            defaultValue = "{initial-scale: 10}")
        TemperatureConfig temperature,
    @Key(
            value = "what is added to the logits at the start; training changes it",
            defaultValue = "-10")
        double initialBias) {

  /** Checks that the bias is a number. */
  public SigmoidConfig {
    if (!Double.isFinite(initialBias)) {
      throw new IllegalArgumentException("initial-bias must be finite, was " + initialBias);
    }
  }
}
