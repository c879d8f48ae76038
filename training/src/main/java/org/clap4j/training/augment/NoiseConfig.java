package org.clap4j.training.augment;

import java.nio.file.Path;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.jspecify.annotations.Nullable;

/** Options of background noise. */
public record NoiseConfig(
    @Key(value = "share of the clips that noise is added to, in [0, 1]", defaultValue = "0")
        double probability,
    @Key(
            value =
                "directory of noise recordings, searched with its sub-directories; without one,"
                    + " noise is other clips of the training set",
            defaultValue = "null")
        @Nullable Path directory,
    @Key(value = "least signal-to-noise ratio, in dB", defaultValue = "5") double minSnrDb,
    @Key(value = "greatest signal-to-noise ratio, in dB", defaultValue = "20") double maxSnrDb) {

  /** Checks the ranges. */
  public NoiseConfig {
    requireRanges(probability, minSnrDb, maxSnrDb);
  }

  static void requireRanges(double probability, double minSnrDb, double maxSnrDb) {
    OptionRange.requireShare("probability", probability);
    if (!(minSnrDb <= maxSnrDb && minSnrDb >= -100 && maxSnrDb <= 100)) {
      throw new IllegalArgumentException(
          "min-snr-db must be at most max-snr-db, both in [-100, 100], were "
              + minSnrDb
              + " and "
              + maxSnrDb);
    }
  }
}
