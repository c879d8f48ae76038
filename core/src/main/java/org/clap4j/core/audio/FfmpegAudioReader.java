package org.clap4j.core.audio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads audio through FFmpeg's libraries: WAV (8 to 32 bits, float, µ-law), FLAC, Ogg Vorbis, Opus,
 * MP3, AAC/M4A and what else their containers hold.
 *
 * <p>Channels are mixed down by their mean, before resampling. Lossless files keep every sample;
 * lossy ones lose the encoder's padding as far as the file states it. A clip of T samples resampled
 * from a to b Hz has ceil(T b / a) samples. A file that ends early is read up to its last whole
 * sample and warned about; one without a single sample, or with samples that are not finite, is
 * refused.
 *
 * <p>Only local files are opened, whatever a path looks like and whatever a file refers to. Safe
 * for use by many threads; each call uses one thread and frees its native memory.
 */
public final class FfmpegAudioReader implements AudioReader {

  private static final Logger LOG = LoggerFactory.getLogger(FfmpegAudioReader.class);

  /** Headers round durations, and codecs pad: less than this missing is no truncation. */
  private static final double DURATION_SLACK_SECONDS = 0.1;

  @Override
  public Waveform read(Path file, int sampleRateHz) throws AudioException {
    if (sampleRateHz <= 0) {
      throw new IllegalArgumentException("sample rate must be positive, was " + sampleRateHz);
    }
    requireFile(file);
    try (FfmpegDecoder decoder = FfmpegDecoder.open(file)) {
      float[] mono = decoder.decode();
      requireFinite(file, mono);
      warnOfDamage(file, decoder, mono.length);
      int fileRateHz = decoder.properties().sampleRateHz();
      return new Waveform(FfmpegResampler.resample(mono, fileRateHz, sampleRateHz), sampleRateHz);
    }
  }

  @Override
  public AudioProperties probe(Path file) throws AudioException {
    requireFile(file);
    try (FfmpegDecoder decoder = FfmpegDecoder.open(file)) {
      requireFinite(file, decoder.decodeBeginning());
      return decoder.properties();
    }
  }

  private static void requireFile(Path file) throws AudioException {
    if (!Files.exists(file)) {
      throw new AudioException(
          file + ": there is no such file; check the path, or take the clip off the list");
    }
    if (!Files.isRegularFile(file)) {
      throw new AudioException(file + ": is not a file; give the path of an audio file");
    }
    if (size(file) == 0) {
      throw new AudioException(file + ": is empty (0 bytes); fetch or export it again");
    }
  }

  private static long size(Path file) throws AudioException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new AudioException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireFinite(Path file, float[] samples) throws AudioException {
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new AudioException(
            file
                + ": sample "
                + i
                + " is "
                + samples[i]
                + ", expected finite amplitudes; export it again");
      }
    }
  }

  private static void warnOfDamage(Path file, FfmpegDecoder decoder, int samples) {
    double stated = decoder.properties().durationSeconds();
    double read = (double) samples / decoder.properties().sampleRateHz();
    if (stated - read > DURATION_SLACK_SECONDS) {
      LOG.warn("{}: ends early: its header states {} s, {} s are used", file, stated, read);
    }
    WavHeader.read(file)
        .filter(WavHeader::isCutShort)
        .ifPresent(
            header ->
                LOG.warn(
                    "{}: ends early: its header states {} bytes of sound, the {} that are there are"
                        + " used",
                    file,
                    header.statedBytes(),
                    header.presentBytes()));
    if (decoder.damagedPackets() > 0) {
      LOG.warn(
          "{}: {} damaged packets were left out; the sound has gaps or ends early",
          file,
          decoder.damagedPackets());
    }
  }
}
