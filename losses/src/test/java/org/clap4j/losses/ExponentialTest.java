package org.clap4j.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExponentialTest {

  @ParameterizedTest
  @EnumSource
  void log1pIsExactDownToTheSmallest(Exponential exponential) {
    double[] x = DoubleStream.iterate(1, v -> v > 1e-300, v -> v * 0.97).toArray();
    double[] y = x.clone();
    exponential.log1p(y, y.length);
    for (int i = 0; i < x.length; i++) {
      assertEquals(1, y[i] / Math.log1p(x[i]), 1e-10, "log1p " + x[i]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOutsideTheLengthIsTouched(Exponential exponential) {
    double[] x = {0, 1};
    exponential.log1p(x, 1);
    exponential.exp(x, 1);
    assertEquals(1, x[0]);
    assertEquals(1, x[1]);
  }
}
