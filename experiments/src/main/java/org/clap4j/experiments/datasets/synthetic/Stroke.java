package org.clap4j.experiments.datasets.synthetic;

import java.util.SplittableRandom;

/** One sound of an event: one chirp, one click. */
interface Stroke {

  /** Longest stroke but for a bell's tail, in seconds: shorter than the fastest period. */
  double MAX_SECONDS = 0.12;

  /**
   * Computes the sound.
   *
   * @param pitchHz base frequency
   * @param sampleRateHz samples per second; partials near half of it are left out
   * @param random draws what differs from stroke to stroke
   * @return samples of any scale; the caller brings the peak to the event's loudness
   */
  float[] render(double pitchHz, int sampleRateHz, SplittableRandom random);
}
