package org.clap4j.core.kernels;

import static org.clap4j.core.kernels.TestArrays.assertClose;
import static org.clap4j.core.kernels.TestArrays.gaussian;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OptimizerKernelsTest {

  /** Three updates of a few rounded operations each. */
  private static final double FLOAT_TOLERANCE = 1e-6;

  /** A sum of 10,000 doubles in another order. */
  private static final double SUM_TOLERANCE = 1e-13;

  private static final int LENGTH = 10_007;

  private final OptimizerKernels tiled = new TiledKernels(new WorkerPool(2)).optimizers();
  private final OptimizerKernels plain = new Nd4jKernels().optimizers();

  private record State(INDArray p, INDArray g, INDArray m, INDArray v) {
    static State of(DataType type) {
      return new State(
          gaussian(type, 1, LENGTH),
          gaussian(type, 2, LENGTH),
          Nd4j.zeros(type, LENGTH),
          Nd4j.zeros(type, LENGTH));
    }

    State updated(OptimizerKernels kernels, long from, long to) {
      for (int step = 1; step <= 3; step++) {
        kernels.adamW(p, g, m, v, from, to, 1e-2, 0.9, 0.999, 1e-8, 0.1, step);
      }
      return this;
    }
  }

  @Test
  void tiledAdamWMatchesThePlainFormInDouble() {
    State expected = State.of(DataType.DOUBLE).updated(plain, 0, LENGTH);
    State actual = State.of(DataType.FLOAT).updated(tiled, 0, LENGTH);
    assertClose(expected.p, actual.p, FLOAT_TOLERANCE);
    assertClose(expected.m, actual.m, FLOAT_TOLERANCE);
    assertClose(expected.v, actual.v, FLOAT_TOLERANCE);
  }

  @Test
  void updatesOnlyTheSlice() {
    for (OptimizerKernels kernels : new OptimizerKernels[] {tiled, plain}) {
      State whole = State.of(DataType.FLOAT).updated(kernels, 0, LENGTH);
      State before = State.of(DataType.FLOAT);
      State sliced = State.of(DataType.FLOAT).updated(kernels, 100, 5_003);
      for (long i : new long[] {0, 99, 5_003, LENGTH - 1}) {
        assertEquals(before.p.getFloat(i), sliced.p.getFloat(i));
      }
      for (long i : new long[] {100, 2_500, 5_002}) {
        assertEquals(whole.p.getFloat(i), sliced.p.getFloat(i), FLOAT_TOLERANCE);
      }
    }
  }

  /** By hand: m = 0.1, v = 0.001, both corrected to 1; p = 1 - 0.01 · 0.5 - 0.01 · 1. */
  @Test
  void firstStepOfAdamWIsTheLearningRate() {
    INDArray p = Nd4j.createFromArray(1.0);
    plain.adamW(
        p,
        Nd4j.createFromArray(1.0),
        Nd4j.createFromArray(0.0),
        Nd4j.createFromArray(0.0),
        0,
        1,
        0.01,
        0.9,
        0.999,
        0,
        0.5,
        1);
    assertEquals(0.985, p.getDouble(0), 1e-12);
  }

  @Test
  void squareSumIsThatOfTheSliceWhateverTheThreads() {
    INDArray vector = gaussian(DataType.FLOAT, 3, LENGTH);
    double expected = 0;
    for (long i = 5; i < LENGTH - 2; i++) {
      expected += (double) vector.getFloat(i) * vector.getFloat(i);
    }
    assertEquals(expected, plain.squareSum(vector, 5, LENGTH - 2), SUM_TOLERANCE * expected);
    double sum = tiled.squareSum(vector, 5, LENGTH - 2);
    assertEquals(expected, sum, SUM_TOLERANCE * expected);
    OptimizerKernels single = new TiledKernels(new WorkerPool(1)).optimizers();
    assertEquals(sum, single.squareSum(vector, 5, LENGTH - 2));
  }
}
