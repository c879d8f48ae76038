package org.clap4j.training.augment;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;

/**
 * Blanks out stripes of frames and of mel bins. A stripe's width is uniform in [0, max], but no
 * wider than the spectrogram, its place uniform among those where it fits; stripes may overlap.
 * After Park et al. 2019, without the time warp.
 */
public final class SpecAugment {

  private static final float FLOOR_DB = -100;

  private final SpecAugmentConfig config;

  /** Takes the options. */
  public SpecAugment(SpecAugmentConfig config) {
    this.config = config;
  }

  /**
   * Blanks out stripes of one clip's log-mel, in place.
   *
   * @param logMel [F, melBins] in dB
   * @param melBins number of mel bins
   * @param seed what the stripes are drawn from
   */
  public void apply(float[] logMel, int melBins, RandomSeed seed) {
    int frames = logMel.length / melBins;
    float fill = fill(logMel);
    SplittableRandom time = seed.split("time").generator();
    for (int i = 0; i < config.timeStripes(); i++) {
      Stripe stripe = Stripe.draw(time, config.maxTimeWidth(), frames);
      Arrays.fill(logMel, stripe.from() * melBins, stripe.end() * melBins, fill);
    }
    SplittableRandom frequency = seed.split("frequency").generator();
    for (int i = 0; i < config.frequencyStripes(); i++) {
      Stripe stripe = Stripe.draw(frequency, config.maxFrequencyWidth(), melBins);
      for (int frame = 0; frame < frames; frame++) {
        int row = frame * melBins;
        Arrays.fill(logMel, row + stripe.from(), row + stripe.end(), fill);
      }
    }
  }

  private float fill(float[] logMel) {
    return switch (config.fill()) {
      case FLOOR -> FLOOR_DB;
      case ZERO -> 0;
      case MEAN -> {
        double sum = 0;
        for (float value : logMel) {
          sum += value;
        }
        yield (float) (sum / Math.max(1, logMel.length));
      }
    };
  }

  private record Stripe(int from, int end) {

    static Stripe draw(SplittableRandom random, int maxWidth, int size) {
      int width = random.nextInt(Math.min(maxWidth, size) + 1);
      int from = random.nextInt(size - width + 1);
      return new Stripe(from, from + width);
    }
  }
}
