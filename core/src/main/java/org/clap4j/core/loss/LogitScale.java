package org.clap4j.core.loss;

import java.util.List;
import java.util.Map;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The factor between cosines and logits, learnable or fixed: a policy that losses share.
 *
 * <p>A learnable scale is kept as its log, the parameter {@code log_logit_scale}, so that a step
 * changes it by a factor. Loss and gradient use exp(logLogitScale) as it is; after the optimiser's
 * step, {@link #clamp} brings the log back into [0, ln maxScale]. The clamp is not part of the
 * gradient: a parameter at the cap keeps its gradient, and may go down again. After Radford et al.
 * 2021 (CLIP), which caps the scale at 100.
 */
public final class LogitScale {

  /** Name of the parameter. */
  public static final String LOG_LOGIT_SCALE = "log_logit_scale";

  private final TemperatureConfig config;

  /** Makes the policy that a configuration describes. */
  public LogitScale(TemperatureConfig config) {
    this.config = config;
  }

  /** The parameter where the scale is learnable, [1]; else none. */
  public List<ParameterSpec> parameters() {
    if (!isLearnable()) {
      return List.of();
    }
    Initializer start = new Initializer.Constant(Math.log(config.initialScale()));
    return List.of(new ParameterSpec(LOG_LOGIT_SCALE, ParameterSpec.Kind.NO_DECAY, start, 1));
  }

  /** The factor itself, not its log. */
  public double value(LossParameters parameters) {
    return isLearnable() ? Math.exp(parameters.scalar(LOG_LOGIT_SCALE)) : config.initialScale();
  }

  /**
   * Names the gradient for {@link LossOutput}.
   *
   * @param gradient d loss / d logLogitScale
   * @return the gradient in the parameter's shape, or nothing for a fixed scale
   */
  public Map<String, INDArray> gradient(LossParameters parameters, double gradient) {
    if (!isLearnable()) {
      return Map.of();
    }
    INDArray parameter = parameters.get(LOG_LOGIT_SCALE);
    return Map.of(
        LOG_LOGIT_SCALE, Nd4j.valueArrayOf(parameter.shape(), gradient, parameter.dataType()));
  }

  /** Brings the log back into [0, ln maxScale], after a step; NaN stays. */
  public void clamp(LossParameters parameters) {
    if (isLearnable()) {
      double log = parameters.scalar(LOG_LOGIT_SCALE);
      double clamped = Math.min(Math.max(log, 0), Math.log(config.maxScale()));
      parameters.get(LOG_LOGIT_SCALE).assign(clamped);
    }
  }

  private boolean isLearnable() {
    return config.type() == TemperatureConfig.Type.LEARNABLE;
  }
}
