package org.clap4j.experiments.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MeasurementTest {

  @Test
  void logMelIsMeasured() {
    Measurement measurement = Measurement.of("log-mel", new LogMelWorkload(1), 1, 3);
    assertEquals("log-mel", measurement.name());
    assertTrue(measurement.medianSeconds() > 0);
    assertEquals(1 / measurement.medianSeconds(), measurement.itemsPerSecond());
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
                () -> Measurement.of("log-mel", new LogMelWorkload(1), 1, 0))
            .getMessage());
  }
}
