package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.layers.Initializer.Constant;
import org.clap4j.core.layers.Initializer.Uniform;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Linear map of the last axis: y = x Wᵀ + b, [.., in] to [.., out]. Parameters as PyTorch has them:
 * {@code weight} [out, in] and, if wanted, {@code bias} [out].
 *
 * @param inputs size of the last axis of the input
 * @param outputs size of the last axis of the output
 * @param hasBias whether b is there
 * @param weightStart how the weight starts
 * @param biasStart how the bias starts
 */
public record Linear(
    int inputs, int outputs, boolean hasBias, Initializer weightStart, Initializer biasStart)
    implements Block {

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";
  private static final String INPUT = "input";

  /** Describes the map. */
  public Linear {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "inputs and outputs must be at least 1, were " + inputs + " and " + outputs);
    }
  }

  /** A map with bias that starts as PyTorch's does. */
  public static Linear withBias(int inputs, int outputs) {
    return new Linear(inputs, outputs, true, Uniform.fanIn(inputs), Uniform.fanIn(inputs));
  }

  /** A map without bias that starts as PyTorch's does. */
  public static Linear withoutBias(int inputs, int outputs) {
    return new Linear(inputs, outputs, false, Uniform.fanIn(inputs), new Constant(0));
  }

  /** A map with bias 0 whose weight starts normal, as in BERT. */
  public static Linear normal(int inputs, int outputs, double standardDeviation) {
    return new Linear(
        inputs, outputs, true, new Initializer.Normal(standardDeviation), new Constant(0));
  }

  @Override
  public List<ParameterSpec> parameters() {
    ParameterSpec weight = new ParameterSpec(WEIGHT, Kind.WEIGHT, weightStart, outputs, inputs);
    return hasBias
        ? List.of(weight, new ParameterSpec(BIAS, Kind.NO_DECAY, biasStart, outputs))
        : List.of(weight);
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    return product(context, input, hasBias ? context.parameter(BIAS) : null);
  }

  /**
   * Computes x Wᵀ only, for a block that adds {@link #bias} together with what it does next. The
   * backward pass is that of the whole map.
   */
  INDArray product(BlockContext context, INDArray input) {
    return product(context, input, null);
  }

  private INDArray product(BlockContext context, INDArray input, @Nullable INDArray bias) {
    take(context, input);
    INDArray output = context.activation(Rows.shape(input, outputs));
    context
        .kernels()
        .dense()
        .linear(Rows.of(input), context.parameter(WEIGHT), bias, Rows.of(output));
    return output;
  }

  /** Checks and keeps an input, for a block that computes the map itself. */
  void take(BlockContext context, INDArray input) {
    if (input.size(-1) != inputs) {
      throw new IllegalArgumentException(
          "the last axis must have " + inputs + " elements, input is " + input.shapeInfoToString());
    }
    if (context.keepsForBackward()) {
      context.save(INPUT, input);
    }
  }

  /** The weight, for a block that computes the map itself. */
  INDArray weight(BlockContext context) {
    return context.parameter(WEIGHT);
  }

  /** The bias, for a block that adds it itself. */
  INDArray bias(BlockContext context) {
    return context.parameter(BIAS);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray input = context.saved(INPUT);
    DenseKernels kernels = context.kernels().dense();
    INDArray g = Rows.of(outputGradient);
    kernels.multiply(g, true, Rows.of(input), false, context.gradient(WEIGHT));
    if (hasBias) {
      kernels.columnSums(g, context.gradient(BIAS));
    }
    INDArray inputGradient = context.inputGradient(input.shape());
    if (context.needsInputGradient()) {
      kernels.multiply(g, false, context.parameter(WEIGHT), false, Rows.of(inputGradient));
    }
    return inputGradient;
  }
}
