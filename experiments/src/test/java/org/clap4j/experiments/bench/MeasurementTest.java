package org.clap4j.experiments.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MeasurementTest {

  /** Much more than what the Java machine takes in a second by itself. */
  private static final int HELD_MIB = 256;

  @Test
  void logMelIsMeasured() {
    Measurement measurement = Measurement.of("log-mel", new LogMelWorkload(1), 1, 3, 0, () -> {});
    assertEquals("log-mel", measurement.name());
    assertTrue(measurement.medianSeconds() > 0);
    assertEquals(1 / measurement.medianSeconds(), measurement.itemsPerSecond());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thePeakIsThatOfTheRoundsAlone() {
    hold(4 * HELD_MIB);
    Measurement measurement = Measurement.of("hold", () -> hold(HELD_MIB), 1, 1, 0, () -> {});
    double beyond = measurement.peakRssMib() - measurement.inputRssMib();
    assertTrue(beyond > 0.9 * HELD_MIB && beyond < 2 * HELD_MIB, measurement.toString());
  }

  private static void hold(long mib) {
    try (INDArray bytes = Nd4j.valueArrayOf(new long[] {mib << 20}, 1, DataType.INT8)) {
      assertEquals(1, bytes.getInt(0));
    }
  }

  @Test
  void medianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
    assertEquals(2, Measurement.median(new double[] {3, 1, 2}));
    assertEquals(2.5, Measurement.median(new double[] {4, 3, 1, 2}));
  }

  @Test
  void noRoundsAreRefused() {
    assertEquals(
        "rounds must be at least 1, was 0",
        assertThrows(
                IllegalArgumentException.class,
                () -> Measurement.of("log-mel", new LogMelWorkload(1), 1, 0, 0, () -> {}))
            .getMessage());
  }
}
