package org.clap4j.core.loss;

import java.util.List;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A loss with its temperature: any {@link ScaledLoss} at the scale that any {@link LogitScale}
 * says. It checks the embeddings, so that a {@link ScaledLoss} needs not.
 *
 * <pre>{@code
 * new TemperedLoss(new MyScaledLoss(...), LogitScale.of(config.temperature()))
 * }</pre>
 */
public final class TemperedLoss implements ContrastiveLoss {

  private final ScaledLoss loss;
  private final LogitScale logitScale;

  /** Puts a temperature in. */
  public TemperedLoss(ScaledLoss loss, LogitScale logitScale) {
    this.loss = loss;
    this.logitScale = logitScale;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return logitScale.parameters();
  }

  @Override
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    ScaledLoss.Output output = loss.evaluate(audio_ND, text_ND, logitScale.value(parameters), ids);
    return new LossOutput(
        output.value(),
        output.audioGradient(),
        output.textGradient(),
        logitScale.gradient(parameters, output.logLogitScaleGradient()));
  }

  @Override
  public double logitScale(LossParameters parameters) {
    return logitScale.value(parameters);
  }

  @Override
  public void afterStep(LossParameters parameters, long steps) {
    logitScale.afterStep(parameters, steps);
  }
}
