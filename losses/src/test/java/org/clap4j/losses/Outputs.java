package org.clap4j.losses;

import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.testkit.Golden;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares what losses give. */
final class Outputs {

  private Outputs() {}

  /** Fails unless all four are close, relative to the largest element of each. */
  static void assertClose(ScaledLoss.Output expected, ScaledLoss.Output found, double tolerance) {
    assertClose("value", expected.value(), found.value(), tolerance);
    assertClose("audio gradient", expected.audioGradient(), found.audioGradient(), tolerance);
    assertClose("text gradient", expected.textGradient(), found.textGradient(), tolerance);
    assertClose(
        "scale gradient",
        expected.logLogitScaleGradient(),
        found.logLogitScaleGradient(),
        tolerance);
  }

  private static void assertClose(
      String what, INDArray expected, INDArray found, double tolerance) {
    double peak = expected.amaxNumber().doubleValue();
    Golden.assertClose(what, expected.div(peak), found.div(peak), tolerance);
  }

  private static void assertClose(String what, double expected, double found, double tolerance) {
    Golden.assertClose(what, 1, found / expected, tolerance);
  }
}
