package org.clap4j.core.loss;

import java.util.List;
import java.util.Map;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A scale that stays as it is.
 *
 * @param scale the factor itself, not its log
 */
record FixedLogitScale(double scale) implements LogitScale {

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public double value(LossParameters parameters) {
    return scale;
  }

  @Override
  public Map<String, INDArray> gradient(LossParameters parameters, double gradient) {
    return Map.of();
  }

  @Override
  public void afterStep(LossParameters parameters, long steps) {}
}
