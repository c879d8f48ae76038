package org.clap4j.experiments.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.audio.Waveform;

/**
 * A folder of pretended clips: a file whose content is {@code sound} can be read, any other is
 * damaged.
 */
public record ClipFolder(Path root) {

  /** Reads a tenth of a second of silence from pretended clips. */
  public static final AudioReader READER =
      (file, sampleRateHz) -> {
        try {
          if (!Files.readString(file).equals("sound")) {
            throw new AudioException(file + ": not audio; replace it");
          }
        } catch (AudioException e) {
          throw e;
        } catch (IOException e) {
          throw new AudioException(file + ": " + e, e);
        }
        return new Waveform(new float[sampleRateHz / 10], sampleRateHz);
      };

  /** Writes good clips. */
  public ClipFolder clips(String... paths) {
    for (String path : paths) {
      file(path, "sound");
    }
    return this;
  }

  /** Writes a file and the folders above it. */
  public ClipFolder file(String path, String content) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
