package org.clap4j.training.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaveformAugmentationTest {

  /** float32 rounding of 4,000 mixed samples. */
  private static final double SNR_TOLERANCE_DB = 1e-3;

  private static final RandomSeed SEED = RandomSeed.of(5);
  private static final List<AudioClip> ALIKE = List.of(clip(noise(900, 3)));

  private static float[] noise(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (random.nextDouble() - 0.5);
    }
    return samples;
  }

  private static AudioClip clip(float[] samples) {
    return new AudioClip() {
      @Override
      public String name() {
        return "noise";
      }

      @Override
      public String contentKey() {
        return "noise";
      }

      @Override
      public Waveform read(int sampleRateHz) {
        return new Waveform(samples, sampleRateHz);
      }
    };
  }

  private static WaveformAugmentation augmentation(
      double gainDb, double shift, double probability, AudioClip... noises) {
    return new WaveformAugmentation(
        new AugmentationConfig(
            gainDb,
            shift,
            0,
            new SameCaptionMixConfig(probability, 0, 10),
            new NoiseConfig(probability, null, 0, 10),
            AugmentationConfig.none().specAugment()),
        List.of(noises),
        AudioClip::read);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-10, 0, 5, 40})
  void mixHasTheRatioThatIsAsked(double snrDb) {
    float[] signal = noise(4_000, 1);
    float[] mixed = WaveformAugmentation.mix(signal, noise(4_000, 2), snrDb);
    double signalPower = 0;
    double noisePower = 0;
    for (int i = 0; i < signal.length; i++) {
      double added = (double) mixed[i] - signal[i];
      signalPower += (double) signal[i] * signal[i];
      noisePower += added * added;
    }
    double tolerance = snrDb > 30 ? 0.01 : SNR_TOLERANCE_DB; // little noise is rounded more
    assertEquals(snrDb, 10 * Math.log10(signalPower / noisePower), tolerance);
  }

  @Test
  void silenceIsLeftAlone() {
    float[] silence = new float[100];
    assertSame(silence, WaveformAugmentation.mix(silence, noise(100, 1), 10));
    float[] signal = noise(100, 1);
    assertSame(signal, WaveformAugmentation.mix(signal, silence, 10));
  }

  @Test
  void oneSeedGivesOneResultAndAnotherSeedAnother() throws Exception {
    WaveformAugmentation all = augmentation(6, 1, 1, clip(noise(700, 9)));
    float[] samples = noise(1_000, 1);
    float[] before = samples.clone();
    float[] once = all.apply(samples, 8_000, ALIKE, SEED);
    assertArrayEquals(once, all.apply(samples, 8_000, ALIKE, SEED));
    assertFalse(Arrays.equals(once, all.apply(samples, 8_000, ALIKE, SEED.split(1))));
    assertArrayEquals(before, samples);
  }

  @Test
  void gainStaysInItsRange() throws Exception {
    WaveformAugmentation gain = augmentation(6, 0, 0);
    float least = Float.MAX_VALUE;
    float most = 0;
    for (int i = 0; i < 500; i++) {
      float sample = gain.apply(new float[] {1}, 8_000, ALIKE, SEED.split(i))[0];
      least = Math.min(least, sample);
      most = Math.max(most, sample);
    }
    assertTrue(least >= 0.501 && least < 0.52); // -6 dB is 0.5012
    assertTrue(most <= 1.996 && most > 1.93); // 6 dB is 1.9953
  }

  @Test
  void shiftRollsRound() throws Exception {
    float[] shifted = augmentation(0, 1, 0).apply(new float[] {1, 2, 3, 4, 5}, 8_000, ALIKE, SEED);
    int start = (int) shifted[0] - 1;
    for (int i = 0; i < 5; i++) {
      assertEquals((start + i) % 5 + 1, shifted[i]);
    }
  }

  @Test
  void nothingAskedChangesNothing() throws Exception {
    float[] samples = noise(100, 1);
    assertArrayEquals(samples, augmentation(0, 0, 0).apply(samples, 8_000, ALIKE, SEED));
  }

  @Test
  void clipsWithTheSameCaptionAreMixedAsOftenAsAskedAndNothingIsWhereThereAreNone()
      throws Exception {
    AugmentationConfig none = AugmentationConfig.none();
    WaveformAugmentation mixing =
        new WaveformAugmentation(
            new AugmentationConfig(
                0, 0, 0, new SameCaptionMixConfig(0.3, 10, 10), none.noise(), none.specAugment()),
            List.of(),
            AudioClip::read);
    float[] samples = noise(900, 1);
    int mixed = 0;
    for (int i = 0; i < 1_000; i++) {
      float[] result = mixing.apply(samples, 8_000, ALIKE, SEED.split(i));
      assertArrayEquals(samples, mixing.apply(samples, 8_000, List.of(), SEED.split(i)));
      if (!Arrays.equals(samples, result)) {
        mixed++;
        assertArrayEquals(WaveformAugmentation.mix(samples, noise(900, 3), 10), result);
      }
    }
    assertTrue(mixed > 240 && mixed < 360, mixed + " of 1,000"); // 4 standard deviations
  }

  @Test
  void speedChangesLengthAndPitchTogether() {
    SpeedPerturbation perturbation = new SpeedPerturbation(0.2);
    Waveform tone = new Waveform(new float[8_000], 8_000);
    for (int i = 0; i < 8_000; i++) {
      tone.samples()[i] = (float) Math.sin(2 * Math.PI * 500 * i / 8_000);
    }
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    for (int i = 0; i < 300; i++) {
      Waveform changed = perturbation.apply(tone, SEED.split(i));
      shortest = Math.min(shortest, changed.samples().length);
      longest = Math.max(longest, changed.samples().length);
      int rises = 0;
      for (int t = 1; t < changed.samples().length; t++) {
        rises += changed.samples()[t - 1] < 0 && changed.samples()[t] >= 0 ? 1 : 0;
      }
      assertEquals(500, rises, 2); // as many periods, in less or more time
      assertEquals(8_000, changed.sampleRateHz());
    }
    assertEquals(6_667, shortest); // 8,000 / 1.2
    assertEquals(10_000, longest); // 8,000 / 0.8
  }

  @Test
  void noiseWithoutRecordingsIsRefused() {
    assertEquals(
        "noise.probability is 0.5 but there is no noise recording; set noise.directory to a"
            + " directory that holds some",
        assertThrows(IllegalArgumentException.class, () -> augmentation(0, 0, 0.5)).getMessage());
  }

  @Test
  void rangesAreChecked() {
    assertEquals(
        "gain-db must be in [0, 100], was NaN",
        assertThrows(IllegalArgumentException.class, () -> augmentation(Double.NaN, 0, 0))
            .getMessage());
    assertEquals(
        "time-shift must be in [0, 1], was 1.5",
        assertThrows(IllegalArgumentException.class, () -> augmentation(0, 1.5, 0)).getMessage());
    assertEquals(
        "speed must be in [0, 0.5], was 0.6",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new AugmentationConfig(
                        0,
                        0,
                        0.6,
                        AugmentationConfig.none().sameCaptionMix(),
                        AugmentationConfig.none().noise(),
                        AugmentationConfig.none().specAugment()))
            .getMessage());
    assertEquals(
        "probability must be in [0, 1], was 2.0",
        assertThrows(IllegalArgumentException.class, () -> new SameCaptionMixConfig(2, 0, 10))
            .getMessage());
    assertEquals(
        "min-snr-db must be at most max-snr-db, both in [-100, 100], were 5.0 and 4.0",
        assertThrows(IllegalArgumentException.class, () -> new NoiseConfig(1, null, 5, 4))
            .getMessage());
  }
}
