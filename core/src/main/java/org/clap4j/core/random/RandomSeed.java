package org.clap4j.core.random;

import java.util.SplittableRandom;

/**
 * Splits one seed into independent seeds, one per use, so that what is drawn in one place never
 * depends on what was drawn in another.
 *
 * <pre>{@code
 * RandomSeed run = RandomSeed.of(config.seed());
 * SplittableRandom crops = run.split("crop").split(step).split(clipIndex).generator();
 * }</pre>
 *
 * @param value the seed's 64 bits
 */
public record RandomSeed(long value) {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** Takes a seed as a user gives it. */
  public static RandomSeed of(long value) {
    return new RandomSeed(value);
  }

  /** Derives the seed of a named use: {@code "dropout"}, {@code "shuffle"}, a layer's name. */
  public RandomSeed split(String use) {
    long hash = 0xCBF29CE484222325L; // FNV-1a, 64 bits
    for (int i = 0; i < use.length(); i++) {
      hash = (hash ^ use.charAt(i)) * 0x100000001B3L;
    }
    return split(hash);
  }

  /** Derives the seed of a numbered use: a step, a chunk, a clip. */
  public RandomSeed split(long index) {
    return new RandomSeed(mix(value + GOLDEN_GAMMA * (mix(index) | 1L)));
  }

  /** Opens a generator that starts from this seed. */
  public SplittableRandom generator() {
    return new SplittableRandom(value);
  }

  /** Mixes 64 bits (the finaliser of SplitMix64, Steele et al. 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
