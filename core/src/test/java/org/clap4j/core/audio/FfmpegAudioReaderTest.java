package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FfmpegAudioReaderTest {

  /** Eight bits: half a step is 1/256. */
  private static final float EIGHT_BIT_TOLERANCE = 0x1p-7f;

  /** Means of two 16-bit channels are exact but for the last float bit. */
  private static final float MIX_TOLERANCE = 1e-7f;

  /** Lossy codecs at these rates keep the wave's shape; a shift by a few samples would not. */
  private static final double LEAST_CORRELATION = 0.9;

  /** The resampler's pass-band ripple and float32 rounding on a sine of amplitude 0.5. */
  private static final float SINE_TOLERANCE = 2e-4f;

  private final AudioReader reader = new FfmpegAudioReader();

  private final Path directory;

  FfmpegAudioReaderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pcm24.wav",
        "pcm32.wav",
        "float32.wav",
        "float64.wav",
        "flac16.flac",
        "flac24.flac"
      })
  void losslessFilesGiveEverySampleOfTheOriginal(String name) throws Exception {
    assertArrayEquals(format("ref.wav", 44_100), format(name, 44_100));
    assertEquals(44_100, format(name, 44_100).length);
  }

  @Test
  void eightBitFileIsTheOriginalButForItsSteps() throws Exception {
    assertArrayEquals(format("ref.wav", 44_100), format("pcm8.wav", 44_100), EIGHT_BIT_TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stereo16.wav", "stereo.flac", "quad16.wav"})
  void channelsAreMixedDownByTheirMean(String name) throws Exception {
    float[] a = format("ref.wav", 44_100);
    float[] b = format("refb.wav", 44_100);
    float[] mean = new float[a.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (a[i] + b[i]) / 2;
    }
    assertArrayEquals(mean, format(name, 44_100), MIX_TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({
    "vorbis.ogg, 44100, 44100",
    "mp3_128k.mp3, 44100, 44100",
    "aac.m4a, 44100, 44100",
    "opus.opus, 48000, 48000",
    "opus.opus, 44100, 44100",
    "mulaw_8k.wav, 8000, 8000",
    "mulaw_8k.wav, 44100, 44100",
    "rate48k.wav, 48000, 48000",
    "rate48k.wav, 44100, 44100",
    "rate96k.wav, 96000, 96000",
    "rate96k.wav, 44100, 44100"
  })
  void otherFormatsKeepLengthAndTiming(String name, int rate, int samples) throws Exception {
    float[] actual = format(name, rate);
    assertEquals(samples, actual.length);
    if (rate == 44_100) {
      assertTrue(correlation(format("ref.wav", rate), actual) > LEAST_CORRELATION);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000, 22_050, 32_000, 48_000, 96_000})
  void everySecondStaysASecondAtAnyRate(int rate) throws Exception {
    assertEquals(rate, format("flac16.flac", rate).length);
  }

  @ParameterizedTest
  @CsvSource({"44100, 32000", "44100, 48000", "48000, 32000", "8000, 44100"})
  void resampledSineIsTheSineAtTheOtherRate(int from, int to) {
    float[] resampled = FfmpegResampler.resample(sine(from, from), from, to);
    float[] expected = sine(to, to);
    assertEquals(expected.length, resampled.length);
    for (int i = to / 50; i < to - to / 50; i++) { // the edges know nothing of what is beyond
      assertEquals(expected[i], resampled[i], SINE_TOLERANCE);
    }
  }

  @Test
  void oneSampleCanBeResampled() {
    assertEquals(2, FfmpegResampler.resample(new float[] {0.5f}, 44_100, 48_000).length);
    assertEquals(1, FfmpegResampler.resample(new float[] {0.5f}, 48_000, 44_100).length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "empty.wav|is empty (0 bytes); fetch or export it again",
        "float_nan.wav|sample 100 is NaN, expected finite amplitudes; export it again",
        "header_only.wav|it ends before its samples begin; fetch or export it again",
        "random_bytes.mp3|is not a sound file, or is damaged; WAV, FLAC, Ogg Vorbis, Opus, MP3,"
            + " AAC/M4A and the like can be read",
        "text.wav|is not a sound file, or is damaged; WAV, FLAC, Ogg Vorbis, Opus, MP3, AAC/M4A"
            + " and the like can be read",
        "truncated.ogg|ends before its samples begin; fetch or export it again",
        "zero_channels.wav|its header states 0 channels; fetch or export it again",
        "zero_sample_rate.wav|its header states a sample rate of 0 Hz; fetch or export it again",
        "zero_samples.wav|holds no samples; fetch or export it again",
      })
  void badFilesAreRefusedByNameAndFault(String name, String fault) {
    Path file = formats().resolve("bad").resolve(name);
    String message = file + ": " + fault;
    assertEquals(
        message, assertThrows(AudioException.class, () -> reader.read(file, 32_000)).getMessage());
    assertEquals(
        message, assertThrows(AudioException.class, () -> reader.probe(file)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"truncated.wav, 978", "data_size_lies.wav, 1978"})
  void filesThatEndEarlyAreReadToTheirLastSample(String name, int samples) throws Exception {
    float[] whole = format("ref.wav", 44_100);
    float[] cut = format("bad/" + name, 44_100);
    assertArrayEquals(Arrays.copyOf(whole, samples), cut);
  }

  @Test
  void missingFileIsRefused() {
    Path file = directory.resolve("no.wav");
    assertRefused(
        file, file + ": there is no such file; check the path, or take the clip off the list");
  }

  @Test
  void directoryIsRefused() {
    assertRefused(directory, directory + ": is not a file; give the path of an audio file");
  }

  @Test
  void probeTellsWhatTheHeaderSays() throws Exception {
    Path file = directory.resolve("zwei Töne: 1.wav");
    writeWav(file, 2, 8_000, new short[2 * 4_000]);
    assertEquals(new AudioProperties(2, 8_000, 0.5), reader.probe(file));
  }

  @Test
  void manyThreadsReadTheSameSamples() throws Exception {
    Path file = directory.resolve("a.wav");
    short[] samples = new short[20_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (i * 7_919);
    }
    writeWav(file, 1, 44_100, samples);
    float[] expected = reader.read(file, 32_000).samples();
    IntStream.range(0, 32)
        .parallel()
        .forEach(i -> assertArrayEquals(expected, readUnchecked(file)));
  }

  private float[] readUnchecked(Path file) {
    try {
      return reader.read(file, 32_000).samples();
    } catch (AudioException e) {
      throw new AssertionError(e);
    }
  }

  private void assertRefused(Path file, String message) {
    assertEquals(
        message, assertThrows(AudioException.class, () -> reader.read(file, 32_000)).getMessage());
    assertEquals(
        message, assertThrows(AudioException.class, () -> reader.probe(file)).getMessage());
  }

  private static Path formats() {
    String data = System.getenv("CLAP4J_DATA");
    assumeTrue(data != null, "CLAP4J_DATA does not name the data directory: no files to read");
    return Path.of(data == null ? "" : data, "formats");
  }

  private float[] format(String name, int sampleRateHz) throws AudioException {
    return reader.read(formats().resolve(name), sampleRateHz).samples();
  }

  private static float[] sine(int samples, int sampleRateHz) {
    float[] sine = new float[samples];
    for (int i = 0; i < samples; i++) {
      sine[i] = (float) (0.5 * Math.sin(2 * Math.PI * 1_000 * i / sampleRateHz));
    }
    return sine;
  }

  private static double correlation(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static void writeWav(Path file, int channels, int sampleRateHz, short[] samples)
      throws IOException {
    int bytes = samples.length * Short.BYTES;
    ByteBuffer wav = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) channels).putInt(sampleRateHz);
    wav.putInt(sampleRateHz * channels * Short.BYTES);
    wav.putShort((short) (channels * Short.BYTES)).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    wav.asShortBuffer().put(samples);
    Files.write(file, wav.array());
  }
}
