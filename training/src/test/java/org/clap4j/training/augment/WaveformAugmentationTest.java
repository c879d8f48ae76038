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
    float[] once = all.apply(samples, 8_000, SEED);
    assertArrayEquals(once, all.apply(samples, 8_000, SEED));
    assertFalse(Arrays.equals(once, all.apply(samples, 8_000, SEED.split(1))));
    assertArrayEquals(before, samples);
  }

  @Test
  void gainStaysInItsRange() throws Exception {
    WaveformAugmentation gain = augmentation(6, 0, 0);
    float least = Float.MAX_VALUE;
    float most = 0;
    for (int i = 0; i < 500; i++) {
      float sample = gain.apply(new float[] {1}, 8_000, SEED.split(i))[0];
      least = Math.min(least, sample);
      most = Math.max(most, sample);
    }
    assertTrue(least >= 0.501 && least < 0.52); // -6 dB is 0.5012
    assertTrue(most <= 1.996 && most > 1.93); // 6 dB is 1.9953
  }

  @Test
  void shiftRollsRound() throws Exception {
    float[] shifted = augmentation(0, 1, 0).apply(new float[] {1, 2, 3, 4, 5}, 8_000, SEED);
    int start = (int) shifted[0] - 1;
    for (int i = 0; i < 5; i++) {
      assertEquals((start + i) % 5 + 1, shifted[i]);
    }
  }

  @Test
  void nothingAskedChangesNothing() throws Exception {
    float[] samples = noise(100, 1);
    assertArrayEquals(samples, augmentation(0, 0, 0).apply(samples, 8_000, SEED));
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
        "min-snr-db must be at most max-snr-db, both in [-100, 100], were 5.0 and 4.0",
        assertThrows(IllegalArgumentException.class, () -> new NoiseConfig(1, null, 5, 4))
            .getMessage());
  }
}
