package org.clap4j.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SoftCrossEntropyTest {

  /** Doubles, sums in another order. */
  private static final double DOUBLE_TOLERANCE = 1e-12;

  /** Float32 embeddings against the plain form in doubles, at scale 20. */
  private static final double FLOAT_TOLERANCE = 1e-6;

  private static final int PAIRS = 203;
  private static final int DIM = 19;
  private static final double SCALE = 20;

  @ParameterizedTest(name = "tiles of {0} rows")
  @ValueSource(ints = {1, 64, 202, 203, 1000})
  void tilesGiveWhatWholeMatricesGive(int tileRows) {
    assertEqualsPlain(tileRows, DataType.DOUBLE, DOUBLE_TOLERANCE);
    assertEqualsPlain(tileRows, DataType.FLOAT, FLOAT_TOLERANCE);
  }

  private static void assertEqualsPlain(int tileRows, DataType type, double tolerance) {
    INDArray audio = rows(1, type);
    INDArray text = rows(2, type);
    long[] clips = new long[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      clips[i] = i % 41;
    }
    Positives positives =
        new SharedIds(
            new PairIds(clips, PairIds.distinct(PAIRS).captionIds()),
            MultiPositiveConfig.Share.EITHER);
    ScaledLoss.Output expected =
        new PlainCrossEntropy(positives, 0.1, 0.3)
            .evaluate(audio.castTo(DataType.DOUBLE), text.castTo(DataType.DOUBLE), SCALE);
    ScaledLoss.Output found =
        TiledLogits.evaluate(
            audio,
            text,
            SCALE,
            new SoftCrossEntropy(positives, 0.1, 0.3, audio.dataType()),
            tileRows * PAIRS);
    Outputs.assertClose(expected, found, tolerance);
  }

  private static INDArray rows(long seed, DataType type) {
    SplittableRandom random = RandomSeed.of(seed).generator();
    INDArray rows = Nd4j.create(DataType.DOUBLE, PAIRS, DIM);
    for (int i = 0; i < rows.length(); i++) {
      rows.putScalar(i, random.nextGaussian());
    }
    return rows.diviColumnVector(rows.norm2(1)).castTo(type);
  }

  @Test
  void theFastExponentialIsExactWhereFloatsCanTell() {
    double[] x = new double[2001];
    for (int i = 0; i < x.length; i++) {
      x[i] = -i * 0.06;
    }
    double[] fast = x.clone();
    Exponential.FAST.exp(fast, fast.length);
    assertEquals(1, fast[0]);
    for (int i = 0; i < x.length; i++) {
      double expected = Math.exp(Math.max(-104, x[i]));
      double relative = x[i] > -20 ? 1e-8 : 3e-6;
      assertEquals(expected, fast[i], relative * expected, "exp(" + x[i] + ")");
    }
  }
}
