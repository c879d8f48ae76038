package org.clap4j.experiments.datasets.synthetic;

import java.util.SplittableRandom;

/** A sound without beginning and end. */
interface Texture {

  /** Adds the sound to all samples. */
  void addTo(float[] samples, int sampleRateHz, SplittableRandom random);
}
