package org.clap4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.clap4j.core.model.Part;
import org.junit.jupiter.api.Test;

class TrainingConfigTest {

  @Test
  void stepsOrEpochsSayHowLong() {
    assertEquals(70, config(0, 7, 0, 1).totalSteps(10));
    assertEquals(33, config(0, 0, 33, 1).totalSteps(10));
    assertEquals(
        "exactly one of epochs and steps must be above 0, were 7 and 33",
        assertThrows(IllegalArgumentException.class, () -> config(0, 7, 33, 1)).getMessage());
  }

  @Test
  void aChunkIsTheBatchUnlessItIsSmaller() {
    assertEquals(32, config(0, 1, 0, 1).pairsPerChunk());
    assertEquals(8, config(8, 1, 0, 1).pairsPerChunk());
    assertEquals(32, config(64, 1, 0, 1).pairsPerChunk());
  }

  @Test
  void refusesANormThatIsNotANumber() {
    assertEquals(
        "max-grad-norm must be above 0, was NaN",
        assertThrows(IllegalArgumentException.class, () -> config(0, 1, 0, Double.NaN))
            .getMessage());
  }

  @Test
  void freezesBetweenItsSteps() {
    FreezeConfig freeze =
        new FreezeConfig(0, 10, FreezeConfig.Extent.TOWER, 5, 7, FreezeConfig.Extent.ENCODER);
    Set<Part> audio = Set.of(Part.AUDIO_ENCODER, Part.AUDIO_HEAD);
    assertEquals(audio, freeze.frozenAt(0));
    assertEquals(
        Set.of(Part.AUDIO_ENCODER, Part.AUDIO_HEAD, Part.TEXT_ENCODER), freeze.frozenAt(6));
    assertEquals(audio, freeze.frozenAt(7));
    assertEquals(Set.of(), freeze.frozenAt(10));
  }

  private static TrainingConfig config(int chunkSize, int epochs, long steps, double maxGradNorm) {
    return new TrainingConfig(
        32,
        chunkSize,
        epochs,
        steps,
        maxGradNorm,
        OnNonFinite.STOP,
        1,
        0,
        0,
        1,
        "val/x",
        MetricMode.MAX,
        FreezeConfig.none(),
        RateFactors.equal());
  }
}
