package org.clap4j.experiments.datasets.synthetic;

import java.util.SplittableRandom;

/**
 * The sounds of the {@link EventKind}s. f is the base frequency, t the time since the stroke began.
 */
final class Strokes {

  /** Partials above this share of the sample rate are left out: they would alias. */
  private static final double HIGHEST_PARTIAL = 0.45;

  private static final Range SECONDS = new Range(0.09, Stroke.MAX_SECONDS);

  /** Ratios of a bell's partials to its strike note; inharmonic, hence its metallic sound. */
  private static final double[] BELL_PARTIALS = {0.5, 1.0, 1.19, 1.56, 2.0, 2.74, 4.1};

  private Strokes() {}

  /** Sweeps from 0.65 f up to 1.6 f, exponentially. */
  static float[] risingChirp(double pitchHz, int sampleRateHz, SplittableRandom random) {
    return sweep(0.65 * pitchHz, 1.6 * pitchHz, sampleRateHz, random);
  }

  /** Sweeps from 1.6 f down to 0.65 f, exponentially. */
  static float[] fallingChirp(double pitchHz, int sampleRateHz, SplittableRandom random) {
    return sweep(1.6 * pitchHz, 0.65 * pitchHz, sampleRateHz, random);
  }

  private static float[] sweep(
      double fromHz, double toHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(SECONDS.draw(random), sampleRateHz);
    double phase = 2 * Math.PI * random.nextDouble();
    double step = 2 * Math.PI * fromHz / sampleRateHz;
    double growth = Math.pow(toHz / fromHz, 1.0 / samples.length);
    for (int n = 0; n < samples.length; n++) {
      samples[n] = (float) Math.sin(phase);
      phase += step;
      step *= growth;
    }
    return fade(samples, 0.3);
  }

  /** A millisecond of noise that excites two resonances near f, which die out within 6 ms. */
  static float[] click(double pitchHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(0.04, sampleRateHz);
    double decaySeconds = new Range(0.004, 0.006).draw(random);
    addPartial(samples, pitchHz, decaySeconds, 1, sampleRateHz, random);
    addPartial(
        samples,
        pitchHz * new Range(1.7, 2.3).draw(random),
        decaySeconds / 2,
        0.7,
        sampleRateHz,
        random);
    int attack = Math.max(1, sampleRateHz / 1000);
    for (int n = 0; n < attack; n++) {
      samples[n] += (float) (0.4 * (random.nextDouble() - 0.5));
    }
    return samples;
  }

  /** Inharmonic partials; the higher, the sooner they die out. Rings 0.3 s. */
  static float[] bell(double pitchHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(0.3, sampleRateHz);
    double decaySeconds = new Range(0.09, 0.13).draw(random);
    for (double ratio : BELL_PARTIALS) {
      double detune = 1 + 0.01 * (random.nextDouble() - 0.5);
      addPartial(
          samples,
          pitchHz * ratio * detune,
          decaySeconds / Math.sqrt(ratio),
          1 / (1 + 0.4 * ratio),
          sampleRateHz,
          random);
    }
    return fade(samples, 0.01);
  }

  /**
   * A train of pulses f times a second, as a sum of K equally strong harmonics in closed form
   * (Moorer 1976): sin((K + 1/2) x) / (2 sin(x / 2)) - 1/2 with x = 2 pi f t.
   */
  static float[] buzz(double pitchHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(SECONDS.draw(random), sampleRateHz);
    double f = 0.5 * pitchHz;
    int harmonics = (int) Math.max(1, Math.min(9, HIGHEST_PARTIAL * sampleRateHz / f));
    double wobble = 2 * Math.PI * new Range(25, 35).draw(random) / sampleRateHz;
    double x = 2 * Math.PI * random.nextDouble();
    for (int n = 0; n < samples.length; n++) {
      double half = Math.sin(x / 2);
      double sum =
          Math.abs(half) < 1e-6 ? harmonics : Math.sin((harmonics + 0.5) * x) / (2 * half) - 0.5;
      samples[n] = (float) sum;
      x += 2 * Math.PI * f / sampleRateHz * (1 + 0.02 * Math.sin(wobble * n));
    }
    return fade(samples, 0.1);
  }

  /** White noise through a resonator at f with a bandwidth of about f / 2. */
  static float[] noiseBurst(double pitchHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(SECONDS.draw(random), sampleRateHz);
    double radius = Math.exp(-Math.PI * 0.5 * pitchHz / sampleRateHz);
    double a1 = 2 * radius * Math.cos(2 * Math.PI * pitchHz / sampleRateHz);
    double a2 = -radius * radius;
    double y1 = 0;
    double y2 = 0;
    double x2 = 0;
    double x1 = 0;
    for (int n = 0; n < samples.length; n++) {
      double x = random.nextDouble() - 0.5;
      double y = a1 * y1 + a2 * y2 + x - x2; // zeros at 0 and half the sample rate
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      samples[n] = (float) y;
    }
    return fade(samples, 0.4);
  }

  /** A tone at f whose frequency swings by 15 %, about 30 times a second. */
  static float[] warble(double pitchHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(SECONDS.draw(random), sampleRateHz);
    double swing = 2 * Math.PI * new Range(27, 34).draw(random) / sampleRateHz;
    double swingPhase = 2 * Math.PI * random.nextDouble();
    double phase = 2 * Math.PI * random.nextDouble();
    for (int n = 0; n < samples.length; n++) {
      samples[n] = (float) Math.sin(phase);
      double hertz = pitchHz * (1 + 0.15 * Math.sin(swing * n + swingPhase));
      phase += 2 * Math.PI * hertz / sampleRateHz;
    }
    return fade(samples, 0.1);
  }

  /**
   * A bubble's ring: a tone that dies out within 15 ms while its frequency rises from f by half.
   */
  static float[] drip(double pitchHz, int sampleRateHz, SplittableRandom random) {
    float[] samples = samples(0.08, sampleRateHz);
    double decaySeconds = new Range(0.012, 0.018).draw(random);
    double rise = new Range(0.4, 0.6).draw(random);
    double fall = Math.exp(-1 / (decaySeconds * sampleRateHz));
    double amplitude = 1;
    double phase = 0;
    for (int n = 0; n < samples.length; n++) {
      samples[n] = (float) (amplitude * Math.sin(phase));
      amplitude *= fall;
      phase += 2 * Math.PI * pitchHz * (1 + rise * n / (double) samples.length) / sampleRateHz;
    }
    return samples;
  }

  private static float[] samples(double seconds, int sampleRateHz) {
    return new float[Math.max(1, (int) Math.round(seconds * sampleRateHz))];
  }

  /**
   * Adds exp(-t / decay) cos(2 pi f t + phase) by the two-term recurrence of a damped resonator,
   * which costs two products a sample.
   */
  private static void addPartial(
      float[] samples,
      double hertz,
      double decaySeconds,
      double amplitude,
      int sampleRateHz,
      SplittableRandom random) {
    if (hertz > HIGHEST_PARTIAL * sampleRateHz) {
      return;
    }
    double radius = Math.exp(-1 / (decaySeconds * sampleRateHz));
    double angle = 2 * Math.PI * hertz / sampleRateHz;
    double phase = 2 * Math.PI * random.nextDouble();
    double a1 = 2 * radius * Math.cos(angle);
    double a2 = -radius * radius;
    double y1 = amplitude * Math.cos(phase - angle) / radius;
    double y2 = amplitude * Math.cos(phase - 2 * angle) / (radius * radius);
    for (int n = 0; n < samples.length; n++) {
      double y = a1 * y1 + a2 * y2;
      y2 = y1;
      y1 = y;
      samples[n] += (float) y;
    }
  }

  /** Fades in and out with raised cosines that take a share of the length each. */
  private static float[] fade(float[] samples, double share) {
    int ramp = (int) (share * samples.length);
    for (int n = 0; n < ramp; n++) {
      float gain = (float) (0.5 - 0.5 * Math.cos(Math.PI * (n + 0.5) / ramp));
      samples[n] *= gain;
      samples[samples.length - 1 - n] *= gain;
    }
    return samples;
  }
}
