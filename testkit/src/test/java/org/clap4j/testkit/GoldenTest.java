package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.opentest4j.AssertionFailedError;

class GoldenTest {

  private static final double TOLERANCE = 0.25;

  @Test
  void namesTheElementThatIsFurthestOff() {
    INDArray expected = Nd4j.createFromArray(new double[][] {{1, 2}, {3, -4}});
    INDArray actual = Nd4j.createFromArray(new double[][] {{2.5, 2}, {5, -4}});
    AssertionFailedError failure =
        assertThrows(
            AssertionFailedError.class,
            () -> Golden.assertClose("gradient", expected, actual, TOLERANCE));
    assertEquals(
        "gradient[1, 0]: 3.0 expected, 5.0 found, off by 2.0, more than 1.0 = 0.25 x max(1, peak);"
            + " 2 of 4 are off",
        failure.getMessage());
  }

  @Test
  void refusesAnotherShape() {
    AssertionFailedError failure =
        assertThrows(
            AssertionFailedError.class,
            () -> Golden.assertClose("x", Nd4j.zeros(2, 3), Nd4j.zeros(3, 2), TOLERANCE));
    assertEquals("x: shape [2, 3] expected, [3, 2] found", failure.getMessage());
  }

  @Test
  void nanIsCloseToNanOnly() {
    Golden.assertClose("x", new double[] {Double.NaN}, new double[] {Double.NaN}, TOLERANCE);
    assertThrows(
        AssertionFailedError.class, () -> Golden.assertClose("x", Double.NaN, 1, TOLERANCE));
    assertThrows(
        AssertionFailedError.class, () -> Golden.assertClose("x", 1, Double.NaN, TOLERANCE));
    assertThrows(
        AssertionFailedError.class,
        () -> Golden.assertClose("x", 1, Double.POSITIVE_INFINITY, TOLERANCE));
  }

  @Test
  void saysWhichFixtureIsMissing() {
    assertEquals(
        "src/test/resources/fixtures has no folder nothing",
        assertThrows(IllegalArgumentException.class, () -> Golden.fixture("nothing")).getMessage());
  }
}
