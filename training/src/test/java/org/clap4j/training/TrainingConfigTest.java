package org.clap4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Set;
import org.clap4j.core.model.Frozen;
import org.clap4j.core.model.Part;
import org.clap4j.training.FreezeConfig.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

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
    FreezeConfig freeze = new FreezeConfig(0, 10, Extent.TOWER, 0, 5, 7, Extent.ENCODER, 0);
    Set<Part> audio = Set.of(Part.AUDIO_ENCODER, Part.AUDIO_HEAD);
    assertEquals(Frozen.whole(audio), freeze.frozenAt(0));
    assertEquals(
        Frozen.whole(Set.of(Part.AUDIO_ENCODER, Part.AUDIO_HEAD, Part.TEXT_ENCODER)),
        freeze.frozenAt(6));
    assertEquals(Frozen.whole(audio), freeze.frozenAt(7));
    assertEquals(Frozen.none(), freeze.frozenAt(10));
  }

  @Test
  void freezesFirstLayers() {
    FreezeConfig freeze = new FreezeConfig(0, 0, Extent.TOWER, 0, 2, 4, Extent.LAYERS, 3);
    assertEquals(Frozen.none(), freeze.frozenAt(1));
    assertEquals(new Frozen(Set.of(), Map.of(Part.TEXT_ENCODER, 3)), freeze.frozenAt(2));
  }

  @Test
  void refusesLayersWithoutTheExtentAndTheExtentWithoutLayers() {
    assertEquals(
        "audio-layers must be at least 1 with audio-extent layers, was 0",
        refusal(() -> new FreezeConfig(0, 1, Extent.LAYERS, 0, 0, 0, Extent.TOWER, 0)));
    assertEquals(
        "text-layers must be 0 with text-extent encoder, was 2",
        refusal(() -> new FreezeConfig(0, 1, Extent.TOWER, 0, 0, 1, Extent.ENCODER, 2)));
    assertEquals(
        "text-layer-decay must be in (0, 1], was 0.0",
        refusal(() -> new RateFactors(1, 1, 1, 1, 0)));
  }

  private static String refusal(Executable call) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static TrainingConfig config(int chunkSize, int epochs, long steps, double maxGradNorm) {
    return new TrainingConfig(
        32,
        chunkSize,
        epochs,
        steps,
        maxGradNorm,
        NormStatistics.BATCH,
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
