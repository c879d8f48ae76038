package org.clap4j.experiments.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Writes recordings of one tone. */
final class WavFile {

  private static final int SAMPLE_RATE_HZ = 32_000;
  private static final double AMPLITUDE = 0.5 * Short.MAX_VALUE;

  private WavFile() {}

  /** Writes a sine as 16-bit mono at 32 kHz. */
  static Path tone(Path file, double frequencyHz, double seconds) throws IOException {
    return tone(file, frequencyHz, seconds, SAMPLE_RATE_HZ);
  }

  /** Writes a sine as 16-bit mono. */
  static Path tone(Path file, double frequencyHz, double seconds, int sampleRateHz)
      throws IOException {
    int samples = (int) Math.round(seconds * sampleRateHz);
    ByteBuffer bytes = ByteBuffer.allocate(2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    for (int t = 0; t < samples; t++) {
      double phase = 2 * Math.PI * frequencyHz * t / sampleRateHz;
      bytes.putShort((short) Math.round(AMPLITUDE * Math.sin(phase)));
    }
    AudioFormat format = new AudioFormat(sampleRateHz, 16, 1, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(bytes.array()), format, samples),
        AudioFileFormat.Type.WAVE,
        file.toFile());
    return file;
  }
}
