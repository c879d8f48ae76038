package org.clap4j.training.augment;

import org.clap4j.core.audio.FfmpegResampler;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.random.RandomSeed;

/**
 * Plays a clip faster or slower, and so higher or lower, by whole percents: it is resampled, but
 * its nominal rate stays. After Ko et al. 2015. Safe for use by many threads.
 */
public final class SpeedPerturbation {

  private static final int NORMAL_PERCENT = 100;

  private final int greatestChangePercent;

  /**
   * Takes the range.
   *
   * @param greatestChange share in [0, 0.5]; rounded to percents
   */
  public SpeedPerturbation(double greatestChange) {
    greatestChangePercent = (int) Math.round(NORMAL_PERCENT * greatestChange);
  }

  /**
   * Changes a clip's speed by a factor f, uniform in [1 - x, 1 + x].
   *
   * @param waveform T samples; not changed
   * @param seed what the factor is drawn from
   * @return ceil(T / f) samples
   */
  public Waveform apply(Waveform waveform, RandomSeed seed) {
    int percent =
        NORMAL_PERCENT
            - greatestChangePercent
            + seed.generator().nextInt(2 * greatestChangePercent + 1);
    return new Waveform(
        FfmpegResampler.resample(waveform.samples(), percent, NORMAL_PERCENT),
        waveform.sampleRateHz());
  }
}
