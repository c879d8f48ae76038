package org.clap4j.core.layers;

import org.clap4j.core.random.RandomSeed;

/**
 * How blocks behave in one pass.
 *
 * @param keepsForBackward whether a backward call may follow
 * @param dropsOut whether dropout and stochastic depth act
 * @param usesBatchStatistics whether batch norm uses the batch's statistics
 * @param seed what randomness derives from, layer by layer
 */
public record PassMode(
    boolean keepsForBackward, boolean dropsOut, boolean usesBatchStatistics, RandomSeed seed) {

  /** Nothing kept, no randomness, running statistics. */
  static final PassMode INFERENCE = new PassMode(false, false, false, RandomSeed.of(0));

  /** What backward needs is kept, dropout acts, batch statistics. */
  static PassMode training(RandomSeed seed) {
    return new PassMode(true, true, true, seed);
  }
}
