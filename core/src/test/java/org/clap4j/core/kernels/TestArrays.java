package org.clap4j.core.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays for tests that compare two forms of a kernel. */
final class TestArrays {

  private TestArrays() {}

  /** Standard normal numbers around a mean, rounded to float. */
  static INDArray gaussianAround(double mean, DataType type, long seed, long... shape) {
    return gaussian(DataType.FLOAT, seed, shape).addi(mean).castTo(type);
  }

  /** Standard normal numbers, rounded to float. */
  static INDArray gaussian(DataType type, long seed, long... shape) {
    SplittableRandom random = RandomSeed.of(seed).generator();
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array.castTo(type);
  }

  /** An array that a kernel must overwrite. */
  static INDArray poisoned(DataType type, long... shape) {
    return Nd4j.valueArrayOf(shape, Double.NaN, type);
  }

  /** Compares within a tolerance that is relative to the peak of what is expected. */
  static void assertClose(INDArray expected, INDArray actual, double tolerance) {
    assertArrayEquals(expected.shape(), actual.shape());
    INDArray reference = expected.castTo(DataType.DOUBLE);
    double peak = Math.max(1e-30, reference.amaxNumber().doubleValue());
    INDArray distance = reference.sub(actual.castTo(DataType.DOUBLE));
    double worst = distance.amaxNumber().doubleValue();
    assertTrue(worst <= tolerance * peak, () -> "differs by " + worst + ", peak " + peak);
  }
}
