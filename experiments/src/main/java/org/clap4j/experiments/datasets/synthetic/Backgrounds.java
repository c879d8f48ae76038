package org.clap4j.experiments.datasets.synthetic;

import java.util.SplittableRandom;

/** The sounds of the {@link Background}s; levels are root mean squares, full scale 1. */
final class Backgrounds {

  private static final double UNIFORM_RMS = 1 / Math.sqrt(3); // of uniform noise in [-1, 1)
  private static final Range LEVEL = new Range(0.006, 0.010);

  private Backgrounds() {}

  /** The noise of a good microphone: 80 dB below full scale. */
  static void noiseFloor(float[] samples, int sampleRateHz, SplittableRandom random) {
    addNoise(samples, 1e-4, random);
  }

  /** White noise. */
  static void hiss(float[] samples, int sampleRateHz, SplittableRandom random) {
    addNoise(samples, LEVEL.draw(random), random);
  }

  private static void addNoise(float[] samples, double level, SplittableRandom random) {
    for (int n = 0; n < samples.length; n++) {
      samples[n] += (float) (level / UNIFORM_RMS * noise(random));
    }
  }

  /** Noise around 500 Hz that swells and fades about once a second. */
  static void wind(float[] samples, int sampleRateHz, SplittableRandom random) {
    float[] noise = new float[samples.length];
    double slowPole = pole(300, sampleRateHz);
    double fastPole = pole(900, sampleRateHz);
    double slow = 0;
    double fast = 0;
    double swell = 2 * Math.PI * new Range(0.7, 1.3).draw(random) / sampleRateHz;
    double phase = 2 * Math.PI * random.nextDouble();
    for (int n = 0; n < noise.length; n++) {
      double x = noise(random);
      slow += (1 - slowPole) * (x - slow);
      fast += (1 - fastPole) * (x - fast);
      noise[n] = (float) ((fast - slow) * (1 + 0.8 * Math.sin(swell * n + phase)));
    }
    addAtLevel(samples, noise, 2 * LEVEL.draw(random));
  }

  /** A mains hum: 100 or 120 Hz and its harmonics. */
  static void hum(float[] samples, int sampleRateHz, SplittableRandom random) {
    float[] hum = new float[samples.length];
    double fundamental = random.nextBoolean() ? 100 : 120;
    for (int k = 1; k <= 6; k++) {
      double hertz = k * fundamental * (1 + 0.002 * random.nextDouble());
      double amplitude = (0.5 + random.nextDouble()) / k;
      double phase = 2 * Math.PI * random.nextDouble();
      double angle = 2 * Math.PI * hertz / sampleRateHz;
      double a1 = 2 * Math.cos(angle);
      double y1 = amplitude * Math.sin(phase - angle);
      double y2 = amplitude * Math.sin(phase - 2 * angle);
      for (int n = 0; n < hum.length; n++) {
        double y = a1 * y1 - y2;
        y2 = y1;
        y1 = y;
        hum[n] += (float) y;
      }
    }
    addAtLevel(samples, hum, 2 * LEVEL.draw(random));
  }

  /** Noise below about 80 Hz. */
  static void rumble(float[] samples, int sampleRateHz, SplittableRandom random) {
    float[] noise = new float[samples.length];
    double pole = pole(80, sampleRateHz);
    double first = 0;
    double second = 0;
    for (int n = 0; n < noise.length; n++) {
      first += (1 - pole) * (noise(random) - first);
      second += (1 - pole) * (first - second);
      noise[n] = (float) second;
    }
    addAtLevel(samples, noise, 4 * LEVEL.draw(random));
  }

  private static double noise(SplittableRandom random) {
    return 2 * random.nextDouble() - 1;
  }

  /** Returns the pole of a one-pole low-pass filter with a corner frequency. */
  private static double pole(double cornerHz, int sampleRateHz) {
    return Math.exp(-2 * Math.PI * cornerHz / sampleRateHz);
  }

  private static void addAtLevel(float[] samples, float[] sound, double level) {
    double power = 0;
    for (float s : sound) {
      power += (double) s * s;
    }
    float gain = (float) (level / Math.sqrt(power / sound.length + 1e-20));
    for (int n = 0; n < samples.length; n++) {
      samples[n] += gain * sound[n];
    }
  }
}
