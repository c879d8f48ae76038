package org.clap4j.training.schedule;

import org.clap4j.core.config.OptionRange;

/**
 * A linear rise to the base rate: step k of the first {@code steps} has rate base (k + first) /
 * steps.
 *
 * @param steps length of the rise; 0 for none
 * @param first 0 so that step 0 does nothing (transformers), 1 so that it has a rate (open_clip)
 */
record WarmUp(long steps, int first) {

  /** What the key {@code warmup-steps} means. */
  static final String STEPS = "steps of linear rise to the learning rate; 0 for none";

  /** What the key {@code warmup-first} means. */
  static final String FIRST =
      "1: the first step has a rate above 0 (open_clip); 0: it has none (transformers)";

  /** Checks the ranges. */
  WarmUp {
    OptionRange.requireAtLeast("warmup-steps", steps, 0);
    if (first != 0 && first != 1) {
      throw new IllegalArgumentException("warmup-first must be 0 or 1, was " + first);
    }
  }

  boolean covers(long step) {
    return step < steps;
  }

  double learningRate(double base, long step) {
    return base * (step + first) / steps;
  }
}
