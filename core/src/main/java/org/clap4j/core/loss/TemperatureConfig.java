package org.clap4j.core.loss;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/**
 * Options of a {@link LogitScale}, a section of a loss's own options. The logit scale is the
 * inverse of the temperature.
 */
public record TemperatureConfig(
    @Key(
            value = "learnable: the loss trains the logit scale; fixed: it stays as it is",
            defaultValue = "learnable")
        Type type,
    @Key(
            value =
                "logit scale at the start, above 0; a learnable one must be in [1, max-scale];"
                    + " 14.2857 is a temperature of 0.07",
            defaultValue = "14.2857")
        double initialScale,
    @Key(value = "largest scale that training may reach, at least 1", defaultValue = "100")
        double maxScale) {

  /** Who sets the logit scale. */
  public enum Type {
    LEARNABLE,
    FIXED
  }

  /** Checks the ranges. */
  public TemperatureConfig {
    OptionRange.requirePositive("initial-scale", initialScale);
    if (!(maxScale >= 1) || Double.isInfinite(maxScale)) {
      throw new IllegalArgumentException(
          "max-scale must be finite and at least 1, was " + maxScale);
    }
    if (type == Type.LEARNABLE && (initialScale < 1 || initialScale > maxScale)) {
      throw new IllegalArgumentException(
          "initial-scale must be in [1, %s = max-scale] to be learnable, was %s"
              .formatted(maxScale, initialScale));
    }
  }

  /** A scale that training changes, from {@code initialScale} on, up to {@code maxScale}. */
  public static TemperatureConfig learnable(double initialScale, double maxScale) {
    return new TemperatureConfig(Type.LEARNABLE, initialScale, maxScale);
  }

  /** A scale that stays. */
  public static TemperatureConfig fixed(double scale) {
    return new TemperatureConfig(Type.FIXED, scale, Math.max(1, scale));
  }
}
