package org.clap4j.experiments.bench;

import java.util.SplittableRandom;

/** Sound to measure with. */
final class Noise {

  private Noise() {}

  /** Draws white noise between -0.5 and 0.5, [samples]. */
  static float[] draw(int samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (float) (random.nextDouble() - 0.5);
    }
    return noise;
  }
}
