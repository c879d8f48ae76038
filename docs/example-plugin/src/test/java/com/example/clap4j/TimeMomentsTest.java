package com.example.clap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.BlockGradientCheck;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TimeMomentsTest {

  /** Sums of a few numbers, and the epsilon under the root. */
  private static final double TOLERANCE = 1e-3;

  @Test
  void gradientMatchesCentralDifferences() {
    BlockGradientCheck.of(new TimeMoments(3)).input(2, 1, 5, 3).verify();
  }

  @Test
  void givesMeansThenDeviations() {
    INDArray logMel = Nd4j.createFromArray(new double[] {1, 10, 3, 10}).reshape(1, 1, 2, 2);
    INDArray moments =
        new ArrayBlockContext(new TimeMoments(2), DataType.DOUBLE, RandomSeed.of(1))
            .inference()
            .forward(logMel);
    Golden.assertClose(
        "moments", new double[] {2, 10, 1, Math.sqrt(1e-3)}, moments.data().asDouble(), TOLERANCE);
  }

  @Test
  void refusesAnotherFrontEndsLogMel() {
    ArrayBlockContext context =
        new ArrayBlockContext(new TimeMoments(64), DataType.FLOAT, RandomSeed.of(1));
    assertEquals(
        "moments takes log-mel of shape [B, 1, frames, 64], not [2, 1, 5, 3]",
        assertThrows(
                IllegalArgumentException.class,
                () -> context.forward(Nd4j.zeros(DataType.FLOAT, 2, 1, 5, 3)))
            .getMessage());
  }
}
