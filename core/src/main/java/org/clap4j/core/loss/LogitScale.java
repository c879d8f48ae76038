package org.clap4j.core.loss;

import java.util.List;
import java.util.Map;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Who sets the factor between cosines and logits, the inverse of the temperature: a policy that
 * goes with any {@link ScaledLoss}.
 *
 * <p>A policy is immutable. What changes in the course of a run is a parameter of the loss, so that
 * checkpoints have it and inference reads it: one that the optimiser trains, or one of kind {@link
 * ParameterSpec.Kind#STATE} that {@link #afterStep} sets.
 */
public interface LogitScale {

  /** Name of the parameter of a scale that changes. */
  String LOG_LOGIT_SCALE = "log_logit_scale";

  /**
   * The policy that a configuration describes, for a loss with one scale.
   *
   * @throws IllegalArgumentException if each direction is to have its own
   */
  static LogitScale of(TemperatureConfig config) {
    return switch (config.type()) {
      case LEARNABLE -> new LearnableLogitScale(config.initialScale(), config.maxScale());
      case SCHEDULED ->
          new ScheduledLogitScale(
              config.initialScale(), config.finalScale(), config.steps(), config.curve());
      case PER_DIRECTION ->
          throw new IllegalArgumentException(
              "temperature.type per-direction is not for this loss; take learnable");
      case FIXED -> new FixedLogitScale(config.initialScale());
    };
  }

  /** What the policy keeps among the loss's parameters; may be empty. */
  List<ParameterSpec> parameters();

  /** The factor itself, not its log: that of the parameter, unless a policy has none. */
  default double value(LossParameters parameters) {
    return Math.exp(parameters.scalar(LOG_LOGIT_SCALE));
  }

  /** Whether the scale is as large as it may become. */
  default boolean isClamped(LossParameters parameters) {
    return false;
  }

  /**
   * Names the gradient for {@link LossOutput}.
   *
   * @param parameters the loss's
   * @param gradient d loss / d logLogitScale
   * @return one array for each of {@link #parameters}, in its shape; 0 for what is not trained
   */
  Map<String, INDArray> gradient(LossParameters parameters, double gradient);

  /**
   * Sets what a step of the optimiser has left to be set: a clamp, a schedule's next value.
   *
   * @param parameters the loss's, changed in place
   * @param steps finished steps of the run
   */
  void afterStep(LossParameters parameters, long steps);
}
