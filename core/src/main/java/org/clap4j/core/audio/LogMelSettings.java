package org.clap4j.core.audio;

import static org.clap4j.core.audio.MelNorm.NONE;
import static org.clap4j.core.audio.MelScale.HTK;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.clap4j.core.config.KnownNames;

/**
 * The front end that an encoder's weights are bound to: 10 log10(max(mel power, floor)) of centred,
 * reflect-padded, periodic Hann frames.
 *
 * @param sampleRateHz rate that clips are resampled to
 * @param fftSize length of the window and of the transform, a power of 2
 * @param hopLength samples between frames
 * @param melBins mel bands
 * @param minFrequencyHz lower edge of the first band
 * @param maxFrequencyHz upper edge of the last band
 * @param melScale how bands are spaced
 * @param melNorm how bands are scaled
 */
public record LogMelSettings(
    int sampleRateHz,
    int fftSize,
    int hopLength,
    int melBins,
    double minFrequencyHz,
    double maxFrequencyHz,
    MelScale melScale,
    MelNorm melNorm) {

  /** Power below which everything counts as silence: -100 dB. */
  public static final double POWER_FLOOR = 1e-10;

  private static final Map<String, LogMelSettings> PRESETS = presets();

  /** Checks the ranges. */
  public LogMelSettings {
    require(sampleRateHz > 0, "sample-rate-hz must be positive, was " + sampleRateHz);
    require(
        fftSize >= 4 && Integer.bitCount(fftSize) == 1,
        "fft-size must be a power of 2 of at least 4, was " + fftSize);
    require(hopLength > 0, "hop-length must be positive, was " + hopLength);
    require(melBins > 0, "mel-bins must be positive, was " + melBins);
    require(
        minFrequencyHz >= 0 && minFrequencyHz < maxFrequencyHz,
        "min-frequency-hz must be in [0, max-frequency-hz = "
            + maxFrequencyHz
            + "), was "
            + minFrequencyHz);
    require(
        maxFrequencyHz <= sampleRateHz / 2.0,
        "max-frequency-hz must be at most half the sample rate, "
            + sampleRateHz / 2.0
            + ", was "
            + maxFrequencyHz);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * Finds the front end of a published model.
   *
   * <table>
   * <caption>Presets: FFT and window 1024, 64 mel bins</caption>
   * <tr><th>names</th><th>sample rate</th><th>hop</th><th>Hz</th><th>scale, norm</th></tr>
   * <tr><td>ms-clap-2022, msclap_2022</td><td>44,100</td><td>320</td><td>50-14,000</td><td>Slaney, Slaney</td></tr>
   * <tr><td>ms-clap-2023, msclap_2023</td><td>44,100</td><td>320</td><td>50-8,000</td><td>Slaney, Slaney</td></tr>
   * <tr><td>laion, hf_rand_trunc</td><td>48,000</td><td>480</td><td>50-14,000</td><td>Slaney, Slaney</td></tr>
   * <tr><td>laion-fusion, hf_fusion_50</td><td>48,000</td><td>480</td><td>50-14,000</td><td>HTK, none</td></tr>
   * <tr><td>hf_fusion_default</td><td>48,000</td><td>480</td><td>0-14,000</td><td>HTK, none</td></tr>
   * <tr><td>panns, htsat</td><td>32,000</td><td>320</td><td>50-14,000</td><td>Slaney, Slaney</td></tr>
   * </table>
   *
   * @throws IllegalArgumentException if the name is not known; the message lists what is
   */
  public static LogMelSettings preset(String name) {
    LogMelSettings settings = PRESETS.get(name);
    if (settings == null) {
      throw new IllegalArgumentException(
          KnownNames.unknown("front-end preset", name, presetNames()));
    }
    return settings;
  }

  /** All names that {@link #preset} takes. */
  public static List<String> presetNames() {
    return List.copyOf(PRESETS.keySet());
  }

  /** The first preset that has these settings; empty if none has. */
  public Optional<String> presetName() {
    return PRESETS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(this))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Names what differs from another front end, by the keys of configurations.
   *
   * @return keys with the values that these settings have; the same keys if both are exchanged
   */
  public Map<String, Object> differencesFrom(LogMelSettings other) {
    Map<String, Object> differences = byKey();
    differences.entrySet().removeAll(other.byKey().entrySet());
    return differences;
  }

  private Map<String, Object> byKey() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("sample-rate-hz", sampleRateHz);
    values.put("fft-size", fftSize);
    values.put("hop-length", hopLength);
    values.put("mel-bins", melBins);
    values.put("min-frequency-hz", minFrequencyHz);
    values.put("max-frequency-hz", maxFrequencyHz);
    values.put("mel scale", melScale.name().toLowerCase(Locale.ROOT));
    values.put("mel norm", melNorm.name().toLowerCase(Locale.ROOT));
    return values;
  }

  /**
   * Writes the settings as a configuration states them, by the nearest preset: {@code {preset:
   * laion, hop-length: 240}}. Empty if no preset has these scale and norm.
   */
  public Optional<String> asConfig() {
    return PRESETS.entrySet().stream()
        .filter(preset -> preset.getValue().melScale == melScale)
        .filter(preset -> preset.getValue().melNorm == melNorm)
        .min(Comparator.comparingInt(preset -> differencesFrom(preset.getValue()).size()))
        .map(
            preset -> {
              StringJoiner keys = new StringJoiner(", ", "{", "}");
              keys.add("preset: " + preset.getKey());
              differencesFrom(preset.getValue())
                  .forEach((key, value) -> keys.add(key + ": " + value));
              return keys.toString();
            });
  }

  /** For people: {@code laion (48000 Hz, FFT 1024, hop 480, 64 mel bins, 50.0-14000.0 Hz, ...)}. */
  @Override
  public String toString() {
    return "%s (%d Hz, FFT %d, hop %d, %d mel bins, %s-%s Hz, scale %s, norm %s)"
        .formatted(
            presetName().orElse("no preset"),
            sampleRateHz,
            fftSize,
            hopLength,
            melBins,
            minFrequencyHz,
            maxFrequencyHz,
            melScale.name().toLowerCase(Locale.ROOT),
            melNorm.name().toLowerCase(Locale.ROOT));
  }

  /** Frames of a clip of that many samples: 1 + samples / hop. */
  public int frames(int samples) {
    return 1 + samples / hopLength;
  }

  /** Bins of the spectrum: fftSize / 2 + 1. */
  public int spectrumBins() {
    return fftSize / 2 + 1;
  }

  private static Map<String, LogMelSettings> presets() {
    Map<String, LogMelSettings> presets = new LinkedHashMap<>();
    LogMelSettings msClap2022 = slaney(44_100, 320, 14_000);
    LogMelSettings msClap2023 = slaney(44_100, 320, 8_000);
    LogMelSettings laion = slaney(48_000, 480, 14_000);
    LogMelSettings laionFusion = htk(50);
    LogMelSettings panns = slaney(32_000, 320, 14_000);
    presets.put("ms-clap-2022", msClap2022);
    presets.put("ms-clap-2023", msClap2023);
    presets.put("laion", laion);
    presets.put("laion-fusion", laionFusion);
    presets.put("panns", panns);
    presets.put("htsat", panns);
    presets.put("msclap_2022", msClap2022);
    presets.put("msclap_2023", msClap2023);
    presets.put("hf_rand_trunc", laion);
    presets.put("hf_fusion_50", laionFusion);
    presets.put("hf_fusion_default", htk(0));
    return Collections.unmodifiableMap(presets);
  }

  private static LogMelSettings slaney(int sampleRateHz, int hopLength, double maxFrequencyHz) {
    return new LogMelSettings(
        sampleRateHz, 1024, hopLength, 64, 50, maxFrequencyHz, MelScale.SLANEY, MelNorm.SLANEY);
  }

  private static LogMelSettings htk(double minFrequencyHz) {
    return new LogMelSettings(48_000, 1024, 480, 64, minFrequencyHz, 14_000, HTK, NONE);
  }
}
