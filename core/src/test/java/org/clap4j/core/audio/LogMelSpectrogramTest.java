package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogMelSpectrogramTest {

  /** What the fixture grants a float32 FFT. */
  private static final float DECIBEL_TOLERANCE = 0.005f;

  /** Naive sums in double against a float32 FFT of noise: no cell is near the floor. */
  private static final double NAIVE_TOLERANCE_DB = 0.005;

  private static final Map<String, float[]> WAVEFORMS =
      Fixtures.read("/fixtures/logmel/waveforms.safetensors");
  private static final Map<String, float[]> LOG_MELS =
      Fixtures.read("/fixtures/logmel/logmel.safetensors");

  static List<String> goldenArrays() {
    return List.copyOf(LOG_MELS.keySet());
  }

  @ParameterizedTest
  @MethodSource("goldenArrays")
  void equalsGoldenLogMel(String name) {
    String[] parts = name.split("\\.", -1);
    LogMelSettings settings = LogMelSettings.preset(parts[0]);
    float[] samples = waveform(parts[1], settings.sampleRateHz());
    float[] golden = Objects.requireNonNull(LOG_MELS.get(name));
    float[] actual;
    if (parts.length == 2) {
      actual = new LogMelSpectrogram(settings).compute(samples);
    } else {
      float[] clip = repeatPadded(samples, 480_000);
      actual = everyEighthFrame(new LogMelSpectrogram(settings).compute(clip), settings.melBins());
    }
    assertArrayEquals(golden, actual, DECIBEL_TOLERANCE);
  }

  @Test
  void goldenLogMelCoversEveryPreset() {
    List<String> covered =
        LOG_MELS.keySet().stream().map(name -> name.substring(0, name.indexOf('.'))).toList();
    for (String preset : LogMelSettings.presetNames()) {
      assertTrue(
          covered.stream()
              .anyMatch(c -> LogMelSettings.preset(c).equals(LogMelSettings.preset(preset))),
          preset);
    }
  }

  @Test
  void exactZerosGiveTheFloorExactly() {
    float[] logMel = spectrogram("panns").compute(new float[5_000]);
    for (float decibels : logMel) {
      assertEquals(-100f, decibels);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 319, 320, 511, 512, 513, 1023, 1024, 1025})
  void shortClipsAreReflectedAgainAndAgain(int length) {
    LogMelSettings settings = LogMelSettings.preset("panns");
    float[] samples = noise(length, 1);
    float[] logMel = new LogMelSpectrogram(settings).compute(samples);
    assertEquals((1 + length / 320) * 64, logMel.length);
    for (int frame = 0; frame < settings.frames(length); frame++) {
      double[] expected = naiveFrame(settings, samples, frame);
      for (int m = 0; m < 64; m++) {
        assertEquals(expected[m], logMel[frame * 64 + m], NAIVE_TOLERANCE_DB);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,5,1", "-4,5,4", "-5,5,3", "-8,5,0", "5,5,3", "8,5,0", "9,5,1", "7,1,0", "-3,2,1"})
  void reflectionSkipsTheEdgeSample(int index, int length, int expected) {
    assertEquals(expected, LogMelSpectrogram.reflected(index, length));
  }

  @Test
  void allThreeWaysToComputeGiveTheSameBits() {
    LogMelSpectrogram spectrogram = spectrogram("laion");
    List<float[]> clips = List.of(noise(100_001, 1), noise(100_001, 2), noise(100_001, 3));
    int size = spectrogram.size(100_001);
    float[] batch = new float[3 * size];
    spectrogram.computeAll(clips, batch);
    float[] single = new float[3 * size];
    for (int n = 0; n < 3; n++) {
      spectrogram.compute(clips.get(n), single, n * size);
      assertArrayEquals(
          spectrogram.compute(clips.get(n)), Arrays.copyOfRange(batch, n * size, (n + 1) * size));
    }
    assertArrayEquals(single, batch);
  }

  @Test
  void louderByTenIsTwentyDecibelsMore() {
    float[] quiet = noise(32_000, 4);
    float[] loud = quiet.clone();
    for (int i = 0; i < loud.length; i++) {
      loud[i] *= 10;
    }
    float[] quietMel = spectrogram("panns").compute(quiet);
    float[] loudMel = spectrogram("panns").compute(loud);
    for (int i = 0; i < quietMel.length; i++) {
      assertEquals(quietMel[i] + 20, loudMel[i], 1e-3f); // float32 rounding of the samples
    }
  }

  @Test
  void notANumberIsNotMadeIntoSound() {
    float[] samples = noise(4_000, 5);
    samples[2_000] = Float.NaN;
    assertTrue(Float.isNaN(spectrogram("panns").compute(samples)[6 * 64]));
  }

  @Test
  void emptyClipIsRefused() {
    LogMelSpectrogram spectrogram = spectrogram("panns");
    assertMessage(
        "a clip needs one sample or more, had none", () -> spectrogram.compute(new float[0]));
  }

  @Test
  void arrayThatIsTooSmallIsRefused() {
    LogMelSpectrogram spectrogram = spectrogram("panns");
    assertMessage(
        "log-mel of 640 samples needs 192 values from 10 on, the array has 201",
        () -> spectrogram.compute(new float[640], new float[201], 10));
  }

  @Test
  void clipsOfDifferentLengthsAreRefused() {
    LogMelSpectrogram spectrogram = spectrogram("panns");
    assertMessage(
        "clip 1 has 641 samples, clip 0 has 640; clips of a batch must have one length",
        () -> spectrogram.computeAll(List.of(new float[640], new float[641]), new float[1000]));
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static LogMelSpectrogram spectrogram(String preset) {
    return new LogMelSpectrogram(LogMelSettings.preset(preset));
  }

  private static float[] waveform(String name, int sampleRateHz) {
    return Objects.requireNonNull(WAVEFORMS.get(name + "." + sampleRateHz));
  }

  private static float[] noise(int length, long seed) {
    Random random = new Random(seed);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.1 * random.nextGaussian());
    }
    return samples;
  }

  /** The definition, summed term by term in double. */
  private static double[] naiveFrame(LogMelSettings settings, float[] samples, int frame) {
    int n = settings.fftSize();
    double[] windowed = new double[n];
    for (int i = 0; i < n; i++) {
      int index = frame * settings.hopLength() + i - n / 2;
      while (samples.length > 1 && (index < 0 || index >= samples.length)) {
        index = index < 0 ? -index : 2 * (samples.length - 1) - index;
      }
      double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / n);
      windowed[i] = window * samples[samples.length == 1 ? 0 : index];
    }
    float[][] bank = MelFilterBank.of(settings).dense();
    double[] mel = new double[bank.length];
    for (int k = 0; k < settings.spectrumBins(); k++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < n; i++) {
        double angle = 2 * Math.PI * ((long) k * i % n) / n;
        re += windowed[i] * Math.cos(angle);
        im -= windowed[i] * Math.sin(angle);
      }
      for (int m = 0; m < mel.length; m++) {
        mel[m] += bank[m][k] * (re * re + im * im);
      }
    }
    return Arrays.stream(mel).map(power -> 10 * Math.log10(Math.max(power, 1e-10))).toArray();
  }

  private static float[] repeatPadded(float[] samples, int length) {
    float[] clip = new float[length];
    for (int at = 0; at + samples.length <= length; at += samples.length) {
      System.arraycopy(samples, 0, clip, at, samples.length);
    }
    return clip;
  }

  private static float[] everyEighthFrame(float[] logMel, int melBins) {
    int frames = logMel.length / melBins;
    float[] thinned = new float[(frames + 7) / 8 * melBins];
    for (int f = 0; f < frames; f += 8) {
      System.arraycopy(logMel, f * melBins, thinned, f / 8 * melBins, melBins);
    }
    return thinned;
  }
}
