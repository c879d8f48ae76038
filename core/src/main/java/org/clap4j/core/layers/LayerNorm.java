package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.layers.Initializer.Constant;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts it (Ba et al. 2016).
 * Parameters {@code weight} [D] and {@code bias} [D].
 *
 * @param width D, size of the last axis
 * @param epsilon added to the variance: 1e-5 in PyTorch, 1e-12 in BERT and RoBERTa
 */
public record LayerNorm(int width, double epsilon) implements Block {

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  /** Describes the norm. */
  public LayerNorm {
    if (width < 1) {
      throw new IllegalArgumentException("width must be at least 1, was " + width);
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon must be above 0, was " + epsilon);
    }
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        new ParameterSpec(WEIGHT, Kind.NO_DECAY, new Constant(1), width),
        new ParameterSpec(BIAS, Kind.NO_DECAY, new Constant(0), width));
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    return norm(
        context,
        input,
        (weight, bias, output_RD, mean, rstd) ->
            context
                .kernels()
                .dense()
                .layerNorm(Rows.of(input), weight, bias, epsilon, output_RD, mean, rstd));
  }

  /**
   * Computes the norm of a + b, for a block that adds them itself.
   *
   * @param sum takes a + b; may be one of them
   */
  INDArray forward(BlockContext context, INDArray a, INDArray b, INDArray sum) {
    return norm(
        context,
        sum,
        (weight, bias, output_RD, mean, rstd) ->
            context
                .kernels()
                .dense()
                .addLayerNorm(
                    Rows.of(a),
                    Rows.of(b),
                    weight,
                    bias,
                    epsilon,
                    Rows.of(sum),
                    output_RD,
                    mean,
                    rstd));
  }

  /** Computes the output of one of the forms. */
  @FunctionalInterface
  private interface Norm {
    void compute(INDArray weight, INDArray bias, INDArray output_RD, INDArray mean, INDArray rstd);
  }

  private static INDArray norm(BlockContext context, INDArray input, Norm form) {
    long rows = input.length() / input.size(-1);
    INDArray mean = context.activation(rows);
    INDArray rstd = context.activation(rows);
    INDArray output = context.activation(input.shape());
    form.compute(context.parameter(WEIGHT), context.parameter(BIAS), Rows.of(output), mean, rstd);
    if (context.keepsForBackward()) {
      context.save("input", input);
      context.save("mean", mean);
      context.save("rstd", rstd);
    }
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    context
        .kernels()
        .dense()
        .layerNormBackward(
            Rows.of(context.saved("input")),
            Rows.of(outputGradient),
            context.parameter(WEIGHT),
            context.saved("mean"),
            context.saved("rstd"),
            Rows.of(inputGradient),
            context.gradient(WEIGHT),
            context.gradient(BIAS));
    return inputGradient;
  }
}
