package org.clap4j.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.testkit.ContrastiveLossContract;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class InfoNceTest extends ContrastiveLossContract {

  @Override
  protected ContrastiveLoss loss() {
    return InfoNce.of(new InfoNceConfig(TemperatureConfig.learnable(8, 100), 0.1, 0.3));
  }

  @Test
  void refusesEmbeddingsThatDoNotPairUp() {
    PairIds ids = PairIds.distinct(2);
    LossParameters none = new LossParameters(Map.of());
    ContrastiveLoss loss = InfoNce.of(InfoNceConfig.of(TemperatureConfig.fixed(10)));
    assertEquals(
        "audio and text embeddings must both be [N, D] with N at least 1, were [2, 4] and [3, 4]",
        assertThrows(
                IllegalArgumentException.class,
                () -> loss.evaluate(Nd4j.zeros(2, 4), Nd4j.zeros(3, 4), none, ids))
            .getMessage());
    assertEquals(
        "audio and text embeddings must both be FLOAT or both DOUBLE, were FLOAT and DOUBLE",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    loss.evaluate(
                        Nd4j.zeros(DataType.FLOAT, 2, 4),
                        Nd4j.zeros(DataType.DOUBLE, 2, 4),
                        none,
                        ids))
            .getMessage());
    assertEquals(
        "2 ids for 3 pairs",
        assertThrows(
                IllegalArgumentException.class,
                () -> loss.evaluate(Nd4j.zeros(3, 4), Nd4j.zeros(3, 4), none, ids))
            .getMessage());
  }

  @Test
  void optionsCheckThemselves() {
    TemperatureConfig temperature = TemperatureConfig.learnable(10, 100);
    assertEquals(
        "label-smoothing must be in [0, 1), was 1.2",
        assertThrows(IllegalArgumentException.class, () -> new InfoNceConfig(temperature, 1.2, 0.5))
            .getMessage());
    assertEquals(
        "audio-to-text-share must be in [0, 1], was NaN",
        assertThrows(
                IllegalArgumentException.class, () -> new InfoNceConfig(temperature, 0, Double.NaN))
            .getMessage());
    assertEquals(
        "initial-scale must be in [1, 100.0 = max-scale] to be learnable, was 150.0",
        assertThrows(IllegalArgumentException.class, () -> TemperatureConfig.learnable(150, 100))
            .getMessage());
    assertEquals(
        "max-scale must be finite and at least 1, was NaN",
        assertThrows(
                IllegalArgumentException.class, () -> TemperatureConfig.learnable(10, Double.NaN))
            .getMessage());
    assertEquals(
        "initial-scale must be finite and above 0, was 0.0",
        assertThrows(IllegalArgumentException.class, () -> TemperatureConfig.fixed(0))
            .getMessage());
  }
}
