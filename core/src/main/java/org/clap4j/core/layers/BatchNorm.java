package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.List;
import org.clap4j.core.kernels.BatchNormStatistics;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch norm over the channels of [B, C, ..], as a part of blocks: the block gives the memory, so
 * that it can be reused. Parameters as PyTorch has them: {@code weight}, {@code bias}, {@code
 * running_mean}, {@code running_var}, all [C].
 *
 * <p>With the batch's statistics, running ones move by a tenth of the way to the batch's mean and
 * unbiased variance (n / (n - 1) times the biased one that normalises). One value per channel has
 * no variance: it is normalised by the running statistics, which then stay.
 *
 * @param prefix stands before the parameters' names: {@code bn1.}, or nothing
 * @param channels C
 * @param rectifies whether max(0, ·) follows
 */
public record BatchNorm(String prefix, int channels, boolean rectifies) implements Serializable {

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";
  private static final String RUNNING_MEAN = "running_mean";
  private static final String RUNNING_VAR = "running_var";

  /** The parameters, in PyTorch's order. */
  public List<ParameterSpec> parameters() {
    return List.of(
        spec(WEIGHT, Kind.NO_DECAY, 1),
        spec(BIAS, Kind.NO_DECAY, 0),
        spec(RUNNING_MEAN, Kind.STATE, 0),
        spec(RUNNING_VAR, Kind.STATE, 1));
  }

  private ParameterSpec spec(String name, Kind kind, double start) {
    return new ParameterSpec(prefix + name, kind, new Initializer.Constant(start), channels);
  }

  /**
   * Computes the output and keeps, if wanted, what backward needs.
   *
   * @param input [B, C, ..]
   * @param output of input's shape; may be input if nothing is kept for backward
   */
  public void forward(BlockContext context, INDArray input, INDArray output) {
    BatchNormStatistics statistics = statistics(context, input);
    context
        .kernels()
        .images()
        .batchNorm(
            input,
            statistics,
            parameter(context, WEIGHT),
            parameter(context, BIAS),
            rectifies,
            output);
    if (context.keepsForBackward()) {
      context.save(prefix + "input", input);
      context.save(prefix + "output", output);
      context.save(prefix + "statistics", statistics);
    }
  }

  private BatchNormStatistics statistics(BlockContext context, INDArray input) {
    if (!usesBatch(context, input)) {
      return new BatchNormStatistics(
          parameter(context, RUNNING_MEAN), parameter(context, RUNNING_VAR), EPSILON);
    }
    BatchNormStatistics ofBatch =
        new BatchNormStatistics(
            context.activation(channels), context.activation(channels), EPSILON);
    context.kernels().images().batchStatistics(input, ofBatch);
    return ofBatch;
  }

  private boolean usesBatch(BlockContext context, INDArray input) {
    return context.usesBatchStatistics() && input.length() > channels;
  }

  private INDArray parameter(BlockContext context, String name) {
    return context.parameter(prefix + name);
  }

  /**
   * Computes the gradients.
   *
   * @param outputGradient gradient with respect to the output
   * @param inputGradient takes the gradient with respect to the input; may be outputGradient
   */
  public void backward(BlockContext context, INDArray outputGradient, INDArray inputGradient) {
    INDArray input = context.saved(prefix + "input");
    BatchNormStatistics statistics =
        context.saved(prefix + "statistics", BatchNormStatistics.class);
    context
        .kernels()
        .images()
        .batchNormBackward(
            input,
            context.saved(prefix + "output"),
            outputGradient,
            statistics,
            parameter(context, WEIGHT),
            rectifies,
            usesBatch(context, input),
            inputGradient,
            context.gradient(prefix + WEIGHT),
            context.gradient(prefix + BIAS));
    moveRunningStatistics(context, statistics, input);
  }

  private void moveRunningStatistics(
      BlockContext context, BatchNormStatistics statistics, INDArray input) {
    INDArray mean = context.gradient(prefix + RUNNING_MEAN);
    INDArray variance = context.gradient(prefix + RUNNING_VAR);
    if (!usesBatch(context, input)) {
      mean.assign(0);
      variance.assign(0);
      return;
    }
    double elements = input.length() / (double) channels;
    double unbiased = elements / (elements - 1);
    mean.assign(parameter(context, RUNNING_MEAN)).subi(statistics.mean_C()).muli(MOMENTUM);
    variance
        .assign(statistics.variance_C())
        .muli(-unbiased)
        .addi(parameter(context, RUNNING_VAR))
        .muli(MOMENTUM);
  }
}
