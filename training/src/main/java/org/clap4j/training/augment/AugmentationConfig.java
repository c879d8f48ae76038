package org.clap4j.training.augment;

import org.clap4j.core.config.Key;

/** What is changed at random in training; nothing by default. */
public record AugmentationConfig(
    @Key(
            value = "loudest and softest change of level, in dB: drawn from [-x, x]",
            defaultValue = "0")
        double gainDb,
    @Key(
            value =
                "farthest shift in time, as a share of the clip's length in [0, 1]: drawn from [0,"
                    + " x], what leaves at the end comes in at the beginning",
            defaultValue = "0")
        double timeShift,
    @Key(
            value =
                "greatest change of speed, pitch with it, as a share in [0, 0.5]: drawn from [1 -"
                    + " x, 1 + x]",
            defaultValue = "0")
        double speed,
    @Key(value = "another clip with the same caption, mixed in", defaultValue = "{}")
        SameCaptionMixConfig sameCaptionMix,
    @Key(value = "background noise", defaultValue = "{}") NoiseConfig noise,
    @Key(value = "stripes blanked out of the log-mel", defaultValue = "{}")
        SpecAugmentConfig specAugment) {

  /** Checks the ranges. */
  public AugmentationConfig {
    if (!(gainDb >= 0 && gainDb <= 100)) {
      throw new IllegalArgumentException("gain-db must be in [0, 100], was " + gainDb);
    }
    if (!(timeShift >= 0 && timeShift <= 1)) {
      throw new IllegalArgumentException("time-shift must be in [0, 1], was " + timeShift);
    }
    if (!(speed >= 0 && speed <= 0.5)) {
      throw new IllegalArgumentException("speed must be in [0, 0.5], was " + speed);
    }
  }

  /** Changes nothing. */
  public static AugmentationConfig none() {
    return new AugmentationConfig(
        0,
        0,
        0,
        new SameCaptionMixConfig(0, 0, 10),
        new NoiseConfig(0, null, 5, 20),
        new SpecAugmentConfig(0, 64, 0, 8, StripeFill.MEAN));
  }

  /** Whether samples are changed, so that log-mels cannot be kept from one epoch to the next. */
  public boolean changesWaveform() {
    return gainDb > 0
        || timeShift > 0
        || speed > 0
        || sameCaptionMix.probability() > 0
        || noise.probability() > 0;
  }
}
