package org.clap4j.experiments.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.clap4j.experiments.datasets.WavFile;

/** Writes recordings of one tone. */
final class Tone {

  private static final int SAMPLE_RATE_HZ = 32_000;
  private static final double AMPLITUDE = 0.5;

  private Tone() {}

  /** Writes a sine as 16-bit mono at 32 kHz. */
  static Path write(Path file, double frequencyHz, double seconds) throws IOException {
    return write(file, frequencyHz, seconds, SAMPLE_RATE_HZ);
  }

  /** Writes a sine as 16-bit mono. */
  static Path write(Path file, double frequencyHz, double seconds, int sampleRateHz)
      throws IOException {
    float[] samples = new float[(int) Math.round(seconds * sampleRateHz)];
    for (int t = 0; t < samples.length; t++) {
      samples[t] = (float) (AMPLITUDE * Math.sin(2 * Math.PI * frequencyHz * t / sampleRateHz));
    }
    WavFile.write(file, samples, sampleRateHz);
    return file;
  }
}
