package org.clap4j.core.audio;

import org.clap4j.core.config.Key;
import org.jspecify.annotations.Nullable;

/**
 * A front end as a configuration states it: a preset, and what differs from it.
 *
 * <pre>{@code
 * front-end: {preset: panns, hop-length: 640}
 * front-end: {preset: panns, sample-rate-hz: 8000, fft-size: 512, hop-length: 80, max-frequency-hz: 4000}
 * }</pre>
 */
public record FrontEndConfig(
    @Key(
            value =
                "front end of a published model: ms-clap-2022, ms-clap-2023, laion, laion-fusion, panns",
            defaultValue = "panns")
        String preset,
    @Key(value = "samples per second; null: the preset's", defaultValue = "null")
        @Nullable Integer sampleRateHz,
    @Key(value = "window and transform, a power of 2; null: the preset's", defaultValue = "null")
        @Nullable Integer fftSize,
    @Key(value = "samples between frames; null: the preset's", defaultValue = "null")
        @Nullable Integer hopLength,
    @Key(value = "mel bands; null: the preset's", defaultValue = "null") @Nullable Integer melBins,
    @Key(value = "lower edge of the first band in Hz; null: the preset's", defaultValue = "null")
        @Nullable Double minFrequencyHz,
    @Key(value = "upper edge of the last band in Hz; null: the preset's", defaultValue = "null")
        @Nullable Double maxFrequencyHz) {

  /** Checks the preset's name and what the settings come to. */
  public FrontEndConfig {
    settings(preset, sampleRateHz, fftSize, hopLength, melBins, minFrequencyHz, maxFrequencyHz);
  }

  /** A preset as it is. */
  public static FrontEndConfig preset(String name) {
    return new FrontEndConfig(name, null, null, null, null, null, null);
  }

  /** The preset with the differences put in. */
  public LogMelSettings settings() {
    return settings(
        preset, sampleRateHz, fftSize, hopLength, melBins, minFrequencyHz, maxFrequencyHz);
  }

  private static LogMelSettings settings(
      String preset,
      @Nullable Integer sampleRateHz,
      @Nullable Integer fftSize,
      @Nullable Integer hopLength,
      @Nullable Integer melBins,
      @Nullable Double minFrequencyHz,
      @Nullable Double maxFrequencyHz) {
    LogMelSettings base = LogMelSettings.preset(preset);
    return new LogMelSettings(
        sampleRateHz == null ? base.sampleRateHz() : sampleRateHz,
        fftSize == null ? base.fftSize() : fftSize,
        hopLength == null ? base.hopLength() : hopLength,
        melBins == null ? base.melBins() : melBins,
        minFrequencyHz == null ? base.minFrequencyHz() : minFrequencyHz,
        maxFrequencyHz == null ? base.maxFrequencyHz() : maxFrequencyHz,
        base.melScale(),
        base.melNorm());
  }
}
