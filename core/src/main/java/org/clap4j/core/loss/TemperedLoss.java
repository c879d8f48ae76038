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
 * TemperedLoss.of(new MyScaledLoss(...), config.temperature())
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

  /**
   * Puts in the temperature that a configuration describes: one for the loss, or one for each of
   * its directions.
   *
   * @throws IllegalArgumentException if each direction is to have a temperature and the loss has no
   *     directions
   */
  public static ContrastiveLoss of(ScaledLoss loss, TemperatureConfig config) {
    if (config.type() != TemperatureConfig.Type.PER_DIRECTION) {
      return new TemperedLoss(loss, LogitScale.of(config));
    }
    ScaledLoss.Directions directions =
        loss.directions()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "temperature.type per-direction needs a loss of two directions, which this"
                            + " one is not; take learnable"));
    LogitScale scale = LogitScale.of(config.oneDirection());
    double share = directions.audioToTextShare();
    return new SummedLosses(
        List.of(
            new SummedLosses.Part(
                "audio_to_text", share, new TemperedLoss(directions.audioToText(), scale)),
            new SummedLosses.Part(
                "text_to_audio", 1 - share, new TemperedLoss(directions.textToAudio(), scale))));
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
  public double chance(int pairs) {
    return loss.chance(pairs);
  }

  @Override
  public boolean usesIds() {
    return loss.usesIds();
  }

  @Override
  public boolean isClamped(LossParameters parameters) {
    return logitScale.isClamped(parameters);
  }

  @Override
  public void afterStep(LossParameters parameters, long steps) {
    logitScale.afterStep(parameters, steps);
  }
}
