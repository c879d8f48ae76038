package org.clap4j.core.kernels;

import org.clap4j.core.random.RandomSeed;

/**
 * The pattern of one dropout: a hash of seed and position, so that any part of it can be made at
 * any time by any thread.
 */
final class DropoutMask {

  /** Elements that share a key. */
  static final int TILE = HostFloats.TILE;

  private final RandomSeed seed;
  private final int threshold;
  private final double scale;

  /**
   * Makes the pattern.
   *
   * @param rate share of elements that are dropped, in [0, 1)
   */
  DropoutMask(double rate, long seed) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), was " + rate);
    }
    this.seed = RandomSeed.of(seed);
    this.threshold = (int) Math.round(rate * (1L << 31) - 1);
    this.scale = 1 / (1 - rate);
  }

  /** The factor of the elements that stay. */
  double scale() {
    return scale;
  }

  /** Writes 1 for each of a tile's elements that stays and 0 for the others. */
  void fill(long tile, float[] into, int count) {
    int[] keep = new int[TILE];
    keepBits(tile, keep, count);
    for (int i = 0; i < count; i++) {
      into[i] = keep[i] & 1;
    }
  }

  /**
   * Writes all ones for each of a tile's elements that stays and 0 for the others. Two rounds of
   * multiplication and shift (after C. Wellons' 32-bit hash "lowbias32"), with a second key between
   * them so that no two tiles walk through one sequence.
   */
  void keepBits(long tile, int[] into, int count) {
    long keys = seed.split(tile).value();
    int first = (int) keys;
    int second = (int) (keys >>> 32);
    for (int i = 0; i < count; i++) {
      int h = i + first;
      h = (h ^ (h >>> 16)) * 0x7FEB352D ^ second;
      h = (h ^ (h >>> 15)) * 0x846CA68B;
      h ^= h >>> 16;
      into[i] = (threshold - (h >>> 1)) >> 31;
    }
  }
}
