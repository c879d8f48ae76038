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
   * Makes sure that a file can be opened and that sound comes out of it, without reading all of it
   * where the implementation can: for checks before a long run starts.
   *
   * @throws AudioException as {@link #read} does, as far as the file's beginning shows it
   */
  default AudioProperties probe(Path file) throws AudioException {
    int sampleRateHz = 48_000;
    return new AudioProperties(1, sampleRateHz, read(file, sampleRateHz).durationSeconds());
  }
}
