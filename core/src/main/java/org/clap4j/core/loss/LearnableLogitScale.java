package org.clap4j.core.loss;

import java.util.List;
import java.util.Map;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A scale that training sets, kept as its log, so that a step changes it by a factor.
 *
 * <p>Loss and gradient use exp(logLogitScale) as it is; after the optimiser's step, the log is
 * brought back into [0, ln maxScale]. The clamp is not part of the gradient: a parameter at the cap
 * keeps its gradient, and may go down again. After Radford et al. 2021 (CLIP), which caps the scale
 * at 100.
 *
 * @param initial the scale at the start, in [1, max]
 * @param max the largest scale
 */
record LearnableLogitScale(double initial, double max) implements LogitScale {

  @Override
  public List<ParameterSpec> parameters() {
    Initializer start = new Initializer.Constant(Math.log(initial));
    return List.of(new ParameterSpec(LOG_LOGIT_SCALE, ParameterSpec.Kind.NO_DECAY, start, 1));
  }

  @Override
  public Map<String, INDArray> gradient(LossParameters parameters, double gradient) {
    INDArray parameter = parameters.get(LOG_LOGIT_SCALE);
    return Map.of(
        LOG_LOGIT_SCALE, Nd4j.valueArrayOf(parameter.shape(), gradient, parameter.dataType()));
  }

  /** The log is a float in training. */
  @Override
  public boolean isClamped(LossParameters parameters) {
    return (float) parameters.scalar(LOG_LOGIT_SCALE) >= (float) Math.log(max);
  }

  /** Brings the log back into [0, ln max]; NaN stays. */
  @Override
  public void afterStep(LossParameters parameters, long steps) {
    double log = parameters.scalar(LOG_LOGIT_SCALE);
    parameters.get(LOG_LOGIT_SCALE).assign(Math.min(Math.max(log, 0), Math.log(max)));
  }
}
