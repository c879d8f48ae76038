package org.clap4j.experiments.model;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.model.LayerSummary;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.training.optim.Optimizer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The layers of a model, and the memory that training it takes. Parameters, gradients and the
 * optimiser's state are counted; the layers' outputs are computed from the shapes of one pair of a
 * clip of the configured length and the longest caption. What blocks keep beside their outputs,
 * scratch memory and the loss's matrices come on top.
 *
 * @param layers in the order in which they run; shapes are of one pair
 * @param batch pairs that pass through the towers at once
 * @param parameterBytes parameters and running statistics
 * @param gradientBytes their gradients
 * @param optimizerBytes the optimiser's state
 * @param outputBytes outputs of all layers for {@code batch} pairs
 */
public record ModelDescription(
    List<LayerSummary> layers,
    int batch,
    long parameterBytes,
    long gradientBytes,
    long optimizerBytes,
    long outputBytes) {

  /** Shows one pair of silence to a model, and counts. */
  public static ModelDescription of(ClapModel model) {
    ExperimentConfig config = model.config();
    List<LayerSummary> layers;
    try (INDArray silence = silence(model.audioInput())) {
      layers = model.towers().layers(silence, longestCaption(model.tokenizer().maxLength()));
    }
    int batch = config.training().pairsPerChunk();
    INDArray parameters = model.towers().flatParameters();
    INDArray gradients = model.towers().flatGradients();
    long outputs = layers.stream().mapToLong(LayerSummary::outputLength).sum();
    return new ModelDescription(
        layers,
        batch,
        bytes(parameters),
        bytes(gradients),
        optimizerBytes(config, parameters, gradients),
        outputs * batch * parameters.dataType().width());
  }

  /** Number of parameters that an optimiser moves. */
  public long trained() {
    return layers.stream().mapToLong(LayerSummary::trained).sum();
  }

  /** Number of running statistics. */
  public long statistics() {
    return layers.stream().mapToLong(LayerSummary::statistics).sum();
  }

  /** All the memory that is counted here. */
  public long totalBytes() {
    return parameterBytes + gradientBytes + optimizerBytes + outputBytes;
  }

  private static INDArray silence(AudioInput input) {
    LogMelSettings frontEnd = input.frontEnd();
    return Nd4j.zeros(1, input.maps(), frontEnd.frames(input.samples()), frontEnd.melBins());
  }

  private static TokenBatch longestCaption(int length) {
    int[] mask = new int[length];
    Arrays.fill(mask, 1);
    return new TokenBatch(new int[][] {new int[length]}, new int[][] {mask});
  }

  private static long optimizerBytes(
      ExperimentConfig config, INDArray parameters, INDArray gradients) {
    try (Optimizer optimizer = Components.optimizer(config.optimizer(), parameters, gradients)) {
      return optimizer.state().values().stream().mapToLong(ModelDescription::bytes).sum();
    }
  }

  private static long bytes(INDArray array) {
    return array.length() * array.dataType().width();
  }
}
