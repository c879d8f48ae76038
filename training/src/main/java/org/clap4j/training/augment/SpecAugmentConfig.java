package org.clap4j.training.augment;

import org.clap4j.core.config.Key;

/**
 * Options of SpecAugment. LAION-CLAP and PANNs use two time stripes under 64 frames and two
 * frequency stripes under 8 bins.
 */
public record SpecAugmentConfig(
    @Key(value = "stripes of frames to blank out; 0 for none", defaultValue = "0") int timeStripes,
    @Key(value = "widest stripe, in frames", defaultValue = "64") int maxTimeWidth,
    @Key(value = "stripes of mel bins to blank out; 0 for none", defaultValue = "0")
        int frequencyStripes,
    @Key(value = "widest stripe, in mel bins", defaultValue = "8") int maxFrequencyWidth,
    @Key(
            value =
                "what stripes are filled with: floor (-100 dB, silence), mean (of the clip's"
                    + " log-mel), zero (0 dB)",
            defaultValue = "mean")
        StripeFill fill) {

  /** Checks the ranges. */
  public SpecAugmentConfig {
    requireNotNegative("time-stripes", timeStripes);
    requireNotNegative("max-time-width", maxTimeWidth);
    requireNotNegative("frequency-stripes", frequencyStripes);
    requireNotNegative("max-frequency-width", maxFrequencyWidth);
  }

  private static void requireNotNegative(String key, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(key + " must be at least 0, was " + value);
    }
  }
}
