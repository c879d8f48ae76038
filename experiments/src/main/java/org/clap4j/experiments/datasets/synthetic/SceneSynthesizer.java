package org.clap4j.experiments.datasets.synthetic;

import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;

/**
 * Renders scenes. What the words leave open is drawn per clip: base frequency, rate and level
 * within their ranges, the onsets' jitter, each stroke's details, the background's noise.
 */
final class SceneSynthesizer {

  private static final double EDGE_SECONDS = 0.04;
  private static final double ONSET_JITTER = 0.12; // of a period
  private static final double PITCH_JITTER = 0.03;
  private static final double LEVEL_JITTER = 0.2;

  private SceneSynthesizer() {}

  private record Span(double from, double to) {}

  /**
   * Renders a scene as mono PCM within [-1, 1]. The same arguments give the same bits.
   *
   * @param seconds length
   * @return shape [seconds * sampleRateHz]
   */
  static float[] render(Scene scene, double seconds, int sampleRateHz, RandomSeed seed) {
    float[] samples = new float[(int) Math.round(seconds * sampleRateHz)];
    scene.background().texture().addTo(samples, sampleRateHz, seed.split("background").generator());
    double middle = seconds * new Range(0.46, 0.54).draw(seed.split("middle").generator());
    for (int i = 0; i < scene.events().size(); i++) {
      Span span =
          scene.relation() != Relation.THEN
              ? new Span(0, seconds)
              : i == 0 ? new Span(0, middle) : new Span(middle, seconds);
      addEvent(samples, scene.events().get(i), span, sampleRateHz, seed.split("event").split(i));
    }
    return samples;
  }

  private static void addEvent(
      float[] samples, SoundEvent event, Span span, int sampleRateHz, RandomSeed seed) {
    SplittableRandom random = seed.generator();
    double pitchHz = event.pitch().hertz().drawLog(random);
    double periodSeconds = 1 / event.rate().strokesPerSecond().draw(random);
    double peak = event.loudness().peak().draw(random);
    double last = span.to() - EDGE_SECONDS - Stroke.MAX_SECONDS;
    double onset = span.from() + EDGE_SECONDS + 0.3 * periodSeconds * random.nextDouble();
    for (int i = 0; onset <= last; i++) {
      SplittableRandom ofStroke = seed.split(i).generator();
      float[] stroke =
          event
              .kind()
              .stroke()
              .render(pitchHz * jitter(PITCH_JITTER, ofStroke), sampleRateHz, ofStroke);
      double level = peak * jitter(LEVEL_JITTER, ofStroke);
      mix(samples, (int) Math.round(onset * sampleRateHz), stroke, level);
      onset += periodSeconds * jitter(ONSET_JITTER, ofStroke);
    }
  }

  private static double jitter(double amount, SplittableRandom random) {
    return 1 + amount * (random.nextDouble() - 0.5);
  }

  private static void mix(float[] samples, int start, float[] stroke, double level) {
    float peak = 1e-9f;
    for (float s : stroke) {
      peak = Math.max(peak, Math.abs(s));
    }
    float gain = (float) level / peak;
    int count = Math.min(stroke.length, samples.length - start);
    for (int n = 0; n < count; n++) {
      samples[start + n] += gain * stroke[n];
    }
  }
}
