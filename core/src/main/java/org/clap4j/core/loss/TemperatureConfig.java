package org.clap4j.core.loss;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/**
 * Options of a {@link LogitScale}, a section of a loss's own options. The logit scale is the
 * inverse of the temperature.
 */
public record TemperatureConfig(
    @Key(
            value =
                "learnable: the loss trains the logit scale; per-direction: one for clips that"
                    + " pick captions, one for captions that pick clips; scheduled: it goes from"
                    + " initial-scale to final-scale; fixed: it stays as it is",
            defaultValue = "learnable")
        Type type,
    @Key(
            value =
                "logit scale at the start, above 0; a learnable one must be in [1, max-scale];"
                    + " 14.2857 is a temperature of 0.07",
            defaultValue = "14.2857")
        double initialScale,
    @Key(value = "largest scale that training may reach, at least 1", defaultValue = "100")
        double maxScale,
    @Key(value = "scale at the end of a schedule, above 0", defaultValue = "100") double finalScale,
    @Key(value = "length of a schedule; the scale stays afterwards", defaultValue = "1000")
        long steps,
    @Key(
            value = "how the log of the scale goes from the one to the other: linear or cosine",
            defaultValue = "linear")
        Curve curve) {

  /** Who sets the logit scale. */
  public enum Type {
    LEARNABLE,
    PER_DIRECTION,
    SCHEDULED,
    FIXED
  }

  /** The way from 0 to 1 of a schedule. */
  public enum Curve {
    LINEAR,
    COSINE
  }

  /** Checks the ranges. */
  public TemperatureConfig {
    OptionRange.requirePositive("initial-scale", initialScale);
    if (!(maxScale >= 1) || Double.isInfinite(maxScale)) {
      throw new IllegalArgumentException(
          "max-scale must be finite and at least 1, was " + maxScale);
    }
    OptionRange.requirePositive("final-scale", finalScale);
    OptionRange.requireAtLeast("steps", steps, 1);
    boolean isTrained = type == Type.LEARNABLE || type == Type.PER_DIRECTION;
    if (isTrained && (initialScale < 1 || initialScale > maxScale)) {
      throw new IllegalArgumentException(
          "initial-scale must be in [1, %s = max-scale] to be learnable, was %s"
              .formatted(maxScale, initialScale));
    }
  }

  /** A scale that training changes, from {@code initialScale} on, up to {@code maxScale}. */
  public static TemperatureConfig learnable(double initialScale, double maxScale) {
    return new TemperatureConfig(Type.LEARNABLE, initialScale, maxScale, maxScale, 1, Curve.LINEAR);
  }

  /** A scale that stays. */
  public static TemperatureConfig fixed(double scale) {
    return new TemperatureConfig(Type.FIXED, scale, Math.max(1, scale), scale, 1, Curve.LINEAR);
  }

  /** A scale that goes from one value to another, and training does not touch. */
  public static TemperatureConfig scheduled(
      double initialScale, double finalScale, long steps, Curve curve) {
    double max = Math.max(1, Math.max(initialScale, finalScale));
    return new TemperatureConfig(Type.SCHEDULED, initialScale, max, finalScale, steps, curve);
  }

  /** A scale of each direction's own that training changes. */
  public static TemperatureConfig perDirection(double initialScale, double maxScale) {
    return new TemperatureConfig(
        Type.PER_DIRECTION, initialScale, maxScale, maxScale, 1, Curve.LINEAR);
  }

  /** What one direction of {@link Type#PER_DIRECTION} has. */
  TemperatureConfig oneDirection() {
    return learnable(initialScale, maxScale);
  }
}
