package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogMelSettingsTest {

  @Test
  void unknownPresetIsRefusedWithAGuess() {
    assertEquals(
        "front-end preset 'pans' is not known; known: ms-clap-2022, ms-clap-2023, laion,"
            + " laion-fusion, panns, htsat, msclap_2022, msclap_2023, hf_rand_trunc, hf_fusion_50,"
            + " hf_fusion_default. Did you mean 'panns'?",
        assertThrows(IllegalArgumentException.class, () -> LogMelSettings.preset("pans"))
            .getMessage());
  }

  @Test
  void tenSecondsOfLaionAre1001Frames() {
    assertEquals(1001, LogMelSettings.preset("laion").frames(480_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|1024|320|64|50|14000|sample-rate-hz must be positive, was 0",
        "32000|1000|320|64|50|14000|fft-size must be a power of 2 of at least 4, was 1000",
        "32000|1024|0|64|50|14000|hop-length must be positive, was 0",
        "32000|1024|320|0|50|14000|mel-bins must be positive, was 0",
        "32000|1024|320|64|NaN|14000|min-frequency-hz must be in [0, max-frequency-hz = 14000.0),"
            + " was NaN",
        "32000|1024|320|64|50|16001|max-frequency-hz must be at most half the sample rate, 16000.0,"
            + " was 16001.0",
      })
  void settingsOutOfRangeAreRefused(
      int rate, int fft, int hop, int bins, double min, double max, String message) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new LogMelSettings(
                        rate, fft, hop, bins, min, max, MelScale.SLANEY, MelNorm.SLANEY))
            .getMessage());
  }
}
