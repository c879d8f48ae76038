package org.clap4j.experiments.datasets.synthetic;

import java.util.SplittableRandom;

/** An interval that an instance's parameters are drawn from. */
record Range(double low, double high) {

  /** Draws uniformly. */
  double draw(SplittableRandom random) {
    return low + (high - low) * random.nextDouble();
  }

  /** Draws uniformly in the logarithm, as suits frequencies. */
  double drawLog(SplittableRandom random) {
    return low * Math.pow(high / low, random.nextDouble());
  }
}
