package org.clap4j.core.config;

/**
 * Checks of numeric options for the compact constructors of configuration records, with messages
 * that name the key. NaN is outside every range.
 */
public final class OptionRange {

  private OptionRange() {}

  /** Requires a finite value above 0. */
  public static void requirePositive(String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(key + " must be finite and above 0, was " + value);
    }
  }

  /** Requires a finite value of at least 0. */
  public static void requireNotNegative(String key, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(key + " must be finite and at least 0, was " + value);
    }
  }

  /** Requires a value in [0, 1). */
  public static void requireBelowOne(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(key + " must be in [0, 1), was " + value);
    }
  }

  /** Requires a value in [0, 1]. */
  public static void requireShare(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + " must be in [0, 1], was " + value);
    }
  }

  /** Requires a whole number of at least {@code least}. */
  public static void requireAtLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", was " + value);
    }
  }
}
