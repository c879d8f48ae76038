package org.clap4j.experiments.datasets.synthetic;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listens with numbers: what the words say must be in the samples. */
class SceneSynthesizerTest {

  private static final int RATE = 16_000;
  private static final double SECONDS = 2.5;

  private static float[] alone(EventKind kind, Pitch pitch, Rate rate, Loudness loudness) {
    SoundEvent event = new SoundEvent(kind, pitch, rate, loudness);
    Scene scene = new Scene(Relation.ALONE, List.of(event), Background.SILENCE);
    return SceneSynthesizer.render(scene, SECONDS, RATE, RandomSeed.of(5));
  }

  private static float[] background(Background background) {
    float[] samples = new float[(int) (SECONDS * RATE)];
    background.texture().addTo(samples, RATE, RandomSeed.of(3).generator());
    return samples;
  }

  @ParameterizedTest
  @EnumSource(EventKind.class)
  void highEventsHaveTheirEnergyHigh(EventKind kind) {
    double low = meanHertz(alone(kind, Pitch.LOW, Rate.FAST, Loudness.LOUD));
    double high = meanHertz(alone(kind, Pitch.HIGH, Rate.FAST, Loudness.LOUD));

    // The ranges' middles are a factor of 5.9 apart; buzzes spread theirs over harmonics.
    assertTrue(high > 2 * low, "high at " + high + " Hz, low at " + low + " Hz");
  }

  @ParameterizedTest
  @EnumSource(EventKind.class)
  void fastEventsHaveMoreOnsets(EventKind kind) {
    int slow = onsets(alone(kind, Pitch.HIGH, Rate.SLOW, Loudness.LOUD));
    int fast = onsets(alone(kind, Pitch.HIGH, Rate.FAST, Loudness.LOUD));

    assertTrue(slow >= 3 && slow <= 7, slow + " onsets where about 5 are due");
    assertTrue(fast >= 11 && fast <= 20, fast + " onsets where about 15 are due");
  }

  @ParameterizedTest
  @EnumSource(EventKind.class)
  void loudEventsPeakTenDecibelsAboveFaintOnes(EventKind kind) {
    double loud = peak(alone(kind, Pitch.LOW, Rate.SLOW, Loudness.LOUD));
    double faint = peak(alone(kind, Pitch.LOW, Rate.SLOW, Loudness.FAINT));

    assertTrue(loud > 3.16 * faint, "loud peaks at " + loud + ", faint at " + faint);
  }

  @Test
  void chirpsRiseAndFall() {
    assertTrue(
        slope(Strokes.risingChirp(1500, RATE, RandomSeed.of(1).generator())) > 1.3,
        "the second half is higher than the first");
    assertTrue(
        slope(Strokes.fallingChirp(1500, RATE, RandomSeed.of(1).generator())) < 1 / 1.3,
        "the second half is lower than the first");
  }

  @Test
  void firstEventComesFirst() {
    SoundEvent low = new SoundEvent(EventKind.WARBLE, Pitch.LOW, Rate.FAST, Loudness.LOUD);
    SoundEvent high = new SoundEvent(EventKind.FALLING_CHIRP, Pitch.HIGH, Rate.FAST, Loudness.LOUD);
    Scene scene = new Scene(Relation.THEN, List.of(low, high), Background.SILENCE);

    float[] samples = SceneSynthesizer.render(scene, SECONDS, RATE, RandomSeed.of(9));

    assertTrue(slope(samples) > 2, "the high event is in the second half");
  }

  @Test
  void backgroundsAreWhatTheyAreCalled() {
    assertTrue(rms(background(Background.SILENCE)) < 2e-4, "silence is silent");
    double rumble = meanHertz(background(Background.RUMBLE));
    double hum = meanHertz(background(Background.HUM));
    double wind = meanHertz(background(Background.WIND));
    double hiss = meanHertz(background(Background.HISS));
    assertTrue(
        rumble < hum && hum < wind && wind < hiss,
        String.format("rumble %.0f, hum %.0f, wind %.0f, hiss %.0f Hz", rumble, hum, wind, hiss));
  }

  /** Root mean square frequency: that of the derivative over that of the samples. */
  private static double meanHertz(float[] samples) {
    double power = 0;
    double derivative = 0;
    for (int n = 1; n < samples.length; n++) {
      power += samples[n] * samples[n];
      double difference = samples[n] - samples[n - 1];
      derivative += difference * difference;
    }
    // |1 - exp(-i w)| = 2 sin(w / 2)
    return RATE / Math.PI * Math.asin(Math.min(1, Math.sqrt(derivative / power) / 2));
  }

  private static double slope(float[] samples) {
    int half = samples.length / 2;
    return meanHertz(Arrays.copyOfRange(samples, half, samples.length))
        / meanHertz(Arrays.copyOf(samples, half));
  }

  /**
   * Counts where the peak of 10 ms exceeds half of the clip's after 20 ms below an eighth of it.
   */
  private static int onsets(float[] samples) {
    int window = RATE / 100;
    double peak = peak(samples);
    int onsets = 0;
    boolean quiet = true;
    for (int from = 0; from + window <= samples.length; from += window) {
      double level = peak(Arrays.copyOfRange(samples, from, from + window));
      if (level > 0.5 * peak && quiet) {
        onsets++;
        quiet = false;
      } else if (level < 0.33 * peak) {
        quiet = true;
      }
    }
    return onsets;
  }

  private static double peak(float[] samples) {
    double peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  }

  private static double rms(float[] samples) {
    double power = 0;
    for (float sample : samples) {
      power += sample * sample;
    }
    return Math.sqrt(power / samples.length);
  }
}
