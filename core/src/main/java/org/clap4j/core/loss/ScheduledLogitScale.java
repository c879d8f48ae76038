package org.clap4j.core.loss;

import java.util.List;
import java.util.Map;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A scale that the number of steps sets: its log goes from one value to another, and stays there.
 *
 * <pre>
 * log scale = (1 - c) log initial + c log final
 * c = p (linear) or (1 - cos(pi p)) / 2 (cosine),   p = min(1, finished steps / steps)
 * </pre>
 *
 * @param initial the scale of the first step
 * @param last the scale after {@code steps} steps
 * @param steps length of the way
 * @param curve its form
 */
record ScheduledLogitScale(double initial, double last, long steps, TemperatureConfig.Curve curve)
    implements LogitScale {

  @Override
  public List<ParameterSpec> parameters() {
    Initializer start = new Initializer.Constant(Math.log(initial));
    return List.of(new ParameterSpec(LOG_LOGIT_SCALE, ParameterSpec.Kind.STATE, start, 1));
  }

  /** 0: what is of kind STATE is set by {@link #afterStep} alone. */
  @Override
  public Map<String, INDArray> gradient(LossParameters parameters, double gradient) {
    return Map.of(LOG_LOGIT_SCALE, parameters.get(LOG_LOGIT_SCALE).like());
  }

  @Override
  public void afterStep(LossParameters parameters, long finished) {
    double p = Math.min(1, finished / (double) steps);
    double c =
        switch (curve) {
          case LINEAR -> p;
          case COSINE -> (1 - Math.cos(Math.PI * p)) / 2;
        };
    double from = Math.log(initial);
    parameters.get(LOG_LOGIT_SCALE).assign(from + c * (Math.log(last) - from));
  }
}
