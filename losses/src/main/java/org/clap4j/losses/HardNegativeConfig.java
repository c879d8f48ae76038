package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.loss.TemperatureConfig;

/** Options of {@link HardNegative}. */
public record HardNegativeConfig(
    @Key(value = "scale of the logits, the inverse of the temperature", defaultValue = "{}")
        TemperatureConfig temperature,
    @Key(
            value = "weight of the positive in the denominator, above 0; 1 as in InfoNCE",
            defaultValue = "1")
        double alpha,
    @Key(
            value =
                "how much negatives count by their hardness, at least 0; 0: all alike, as in"
                    + " InfoNCE",
            defaultValue = "0.25")
        double beta,
    @Key(
            value =
                "differentiated: the gradient goes through the negatives' weights as well;"
                    + " detached: they count as constants",
            defaultValue = "differentiated")
        Weights weights,
    @Key(
            value =
                "weight of the direction in which each clip picks its caption, in [0, 1]; the other"
                    + " direction has the rest",
            defaultValue = "0.5")
        double audioToTextShare) {

  /** What the gradient makes of the negatives' weights. */
  public enum Weights {
    DIFFERENTIATED,
    DETACHED
  }

  /** Checks the ranges. */
  public HardNegativeConfig {
    OptionRange.requirePositive("alpha", alpha);
    OptionRange.requireNotNegative("beta", beta);
    OptionRange.requireShare("audio-to-text-share", audioToTextShare);
  }

  HardNegativeConfig withShare(double share) {
    return new HardNegativeConfig(temperature, alpha, beta, weights, share);
  }
}
