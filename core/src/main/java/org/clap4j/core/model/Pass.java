package org.clap4j.core.model;

import org.clap4j.core.random.RandomSeed;

/**
 * How one pass through the towers behaves.
 *
 * @param dropsOut whether dropout and stochastic depth act
 * @param usesBatchStatistics whether batch norm uses the batch's statistics rather than the running
 *     ones
 * @param seed what dropout draws from: derived from (run, step, chunk), so that a pass can be
 *     repeated
 */
public record Pass(boolean dropsOut, boolean usesBatchStatistics, RandomSeed seed) {

  /** A pass of inference: no randomness, running statistics. */
  public static Pass inference() {
    return new Pass(false, false, RandomSeed.of(0));
  }

  /** A pass of training. */
  public static Pass training(RandomSeed seed) {
    return new Pass(true, true, seed);
  }
}
