package org.clap4j.experiments.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;

/**
 * A clip in a file. Its content key is path, size and time of the last change: cheap, and different
 * as soon as the file is replaced.
 */
public final class FileClip implements AudioClip {

  private final Path file;
  private final String contentKey;
  private final AudioReader reader;

  private FileClip(Path file, String contentKey, AudioReader reader) {
    this.file = file;
    this.contentKey = contentKey;
    this.reader = reader;
  }

  /**
   * Takes a file as it is now.
   *
   * @throws DatasetException if its attributes cannot be read
   */
  public static FileClip of(Path file, AudioReader reader) throws DatasetException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      String key =
          file.toAbsolutePath().normalize()
              + "|"
              + attributes.size()
              + "|"
              + attributes.lastModifiedTime().toInstant();
      return new FileClip(file, key, reader);
    } catch (IOException e) {
      throw new DatasetException(file + " cannot be looked at: " + e, e);
    }
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public String contentKey() {
    return contentKey;
  }

  @Override
  public Waveform read(int sampleRateHz) throws AudioException {
    return reader.read(file, sampleRateHz);
  }

  @Override
  public String toString() {
    return name();
  }
}
