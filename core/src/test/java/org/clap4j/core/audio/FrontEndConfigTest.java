package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FrontEndConfigTest {

  @Test
  void presetAloneIsThePreset() {
    assertEquals(LogMelSettings.preset("laion"), FrontEndConfig.preset("laion").settings());
  }

  @Test
  void differencesReplaceThePresetsValues() {
    LogMelSettings settings =
        new FrontEndConfig("panns", 8_000, 512, 80, null, null, 4_000.0).settings();

    assertEquals(
        new LogMelSettings(8_000, 512, 80, 64, 50, 4_000, MelScale.SLANEY, MelNorm.SLANEY),
        settings);
  }

  @Test
  void differencesThatDoNotFitThePresetAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new FrontEndConfig("panns", 8_000, null, null, null, null, null));

    assertEquals(
        "max-frequency-hz must be at most half the sample rate, 4000.0, was 14000.0",
        refused.getMessage());
  }
}
