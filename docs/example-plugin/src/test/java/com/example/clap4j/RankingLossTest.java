package com.example.clap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.testkit.ContrastiveLossContract;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RankingLossTest extends ContrastiveLossContract {

  /** A few additions in double. */
  private static final double TOLERANCE = 1e-12;

  private static final LossParameters NONE = new LossParameters(Map.of());

  @Override
  protected ContrastiveLoss loss() {
    return new RankingLoss(new RankingConfig(0.2));
  }

  @Test
  void sumsTheHingesOfWrongPairs() {
    INDArray audio = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}});
    INDArray text = Nd4j.createFromArray(new double[][] {{1, 0}, {0.6, 0.8}});
    LossOutput output = loss().evaluate(audio, text, NONE, PairIds.distinct(2));
    // s = [[1, 0.6], [0, 0.8]]: of four hinges only 0.2 - 0.8 + 0.6 could matter, and it is 0 less
    assertEquals(0, output.value(), TOLERANCE);
    LossOutput wider =
        new RankingLoss(new RankingConfig(0.5)).evaluate(audio, text, NONE, PairIds.distinct(2));
    // (0.5 - 1 + 0.6) + (0.5 - 0.8 + 0.6), over two times two wrong pairs
    assertEquals(0.4 / 4, wider.value(), TOLERANCE);
    Golden.assertClose(
        "audio gradient",
        Nd4j.createFromArray(new double[][] {{(1.2 - 1) / 4, 1.6 / 4}, {-0.6 / 4, -0.8 / 4}}),
        wider.audioGradient(),
        TOLERANCE);
  }

  @Test
  void pairsOfOneClipDoNotCompete() {
    INDArray rows = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});
    LossOutput output =
        loss().evaluate(rows, rows.dup(), NONE, new PairIds(new long[2], new long[] {0, 1}));
    assertEquals(0, output.value());
    assertEquals(Nd4j.zeros(DataType.FLOAT, 2, 2), output.audioGradient());
  }

  @Test
  void tilesGiveWhatPlainLoopsGive() {
    int pairs = 300; // more than one tile, and an uneven tail
    INDArray audio = Nd4j.create(DataType.DOUBLE, pairs, 2);
    INDArray text = Nd4j.create(DataType.DOUBLE, pairs, 2);
    for (int i = 0; i < pairs; i++) {
      audio.putRow(i, Nd4j.createFromArray(Math.cos(i), Math.sin(i)));
      text.putRow(i, Nd4j.createFromArray(Math.cos(1.1 * i), Math.sin(1.1 * i)));
    }
    double sum = 0;
    for (int i = 0; i < pairs; i++) {
      for (int j = 0; j < pairs; j++) {
        double cosine = Math.cos(i - 1.1 * j);
        if (i != j) {
          sum += Math.max(0, 0.2 - Math.cos(0.1 * i) + cosine);
          sum += Math.max(0, 0.2 - Math.cos(0.1 * j) + cosine);
        }
      }
    }
    LossOutput output = loss().evaluate(audio, text, NONE, PairIds.distinct(pairs));
    assertEquals(sum / (2.0 * pairs * (pairs - 1)), output.value(), TOLERANCE);
  }
}
