package org.clap4j.core.kernels;

/**
 * Dropout on attention probabilities. What is dropped follows from the seed and the position alone,
 * so that backward needs nothing kept.
 *
 * @param rate share of probabilities that are dropped, in [0, 1)
 * @param seed not used if the rate is 0
 */
public record ProbabilityDropout(double rate, long seed) {

  /** Drops nothing. */
  public static final ProbabilityDropout NONE = new ProbabilityDropout(0, 0);

  /** Checks the rate. */
  public ProbabilityDropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), was " + rate);
    }
  }

  /** Whether anything is dropped. */
  boolean acts() {
    return rate > 0;
  }

  /**
   * Writes the factors of one head of one sequence or window, 0 or 1 / (1 - rate).
   *
   * @param head number of the head among those of all sequences or windows
   */
  void factors(long head, float[] into) {
    DropoutMask mask = new DropoutMask(rate, seed);
    int[] keep = new int[into.length];
    mask.keepBits(head, keep, into.length);
    int scale = Float.floatToRawIntBits((float) mask.scale());
    for (int i = 0; i < into.length; i++) {
      into[i] = Float.intBitsToFloat(keep[i] & scale);
    }
  }
}
