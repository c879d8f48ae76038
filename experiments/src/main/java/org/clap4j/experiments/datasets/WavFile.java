package org.clap4j.experiments.datasets;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Writes recordings. */
public final class WavFile {

  private WavFile() {}

  /**
   * Writes 16-bit mono; what exceeds full scale is clipped.
   *
   * @param samples [T] PCM, full scale 1
   */
  public static void write(Path file, float[] samples, int rateHz) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      float clipped = Math.max(-1, Math.min(1, sample));
      bytes.putShort((short) Math.round(clipped * Short.MAX_VALUE));
    }
    AudioFormat format = new AudioFormat(rateHz, Short.SIZE, 1, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(bytes.array()), format, samples.length),
        AudioFileFormat.Type.WAVE,
        file.toFile());
  }
}
