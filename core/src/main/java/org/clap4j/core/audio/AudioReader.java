package org.clap4j.core.audio;

import java.nio.file.Path;

/** Reads audio files. Implementations are safe for use by many threads at once. */
public interface AudioReader {

  /**
   * Decodes a whole file, mixes its channels down by their mean and resamples it.
   *
   * @param file WAV, FLAC, Ogg Vorbis, Opus, MP3, AAC/M4A
   * @param sampleRateHz the sample rate wanted
   * @return mono PCM, full scale 1, at that rate
   * @throws AudioException if the file is missing, damaged, empty, or holds samples that are not
   *     finite
   */
  Waveform read(Path file, int sampleRateHz) throws AudioException;

  /**
   * Finds out whether a file can be read, as cheaply as the implementation can: for checks of whole
   * datasets before training starts. This default decodes the whole file.
   *
   * @throws AudioException as {@link #read} would
   */
  default void probe(Path file) throws AudioException {
    read(file, 16_000);
  }
}
