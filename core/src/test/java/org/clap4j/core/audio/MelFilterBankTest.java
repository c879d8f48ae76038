package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MelFilterBankTest {

  /** What the fixture grants. */
  private static final float WEIGHT_TOLERANCE = 1e-6f;

  private static final Map<String, float[]> BANKS =
      Fixtures.read("/fixtures/logmel/filterbanks.safetensors");

  static List<String> presets() {
    return List.copyOf(BANKS.keySet());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void equalsGoldenFilterBank(String preset) {
    float[][] bank = MelFilterBank.of(LogMelSettings.preset(preset)).dense();
    float[] golden = Objects.requireNonNull(BANKS.get(preset));
    assertEquals(golden.length, bank.length * bank[0].length);
    for (int m = 0; m < bank.length; m++) {
      float[] row = Arrays.copyOfRange(golden, m * 513, (m + 1) * 513);
      assertArrayEquals(row, bank[m], WEIGHT_TOLERANCE);
    }
  }

  @Test
  void sparseProductEqualsDenseProduct() {
    MelFilterBank bank = MelFilterBank.of(LogMelSettings.preset("panns"));
    float[] power = new float[513];
    for (int k = 0; k < power.length; k++) {
      power[k] = 1 + k % 7;
    }
    float[] mel = new float[66];
    bank.apply(power, mel, 1);
    float[][] dense = bank.dense();
    for (int m = 0; m < 64; m++) {
      double expected = 0;
      for (int k = 0; k < 513; k++) {
        expected += dense[m][k] * power[k];
      }
      assertEquals(expected, mel[m + 1], 1e-5); // sums of up to 30 float32 terms of about 0.1
    }
    assertEquals(0, mel[0]);
    assertEquals(0, mel[65]);
  }

  @ParameterizedTest
  @EnumSource(MelScale.class)
  void toHzInvertsToMel(MelScale scale) {
    for (double hz : new double[] {0, 50, 440, 999.9, 1000, 8000, 22_050}) {
      assertEquals(hz, scale.toHz(scale.toMel(hz)), 1e-9 * (1 + hz)); // rounding in double
    }
  }
}
