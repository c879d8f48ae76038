package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Hyperbolic tangent, as in BERT's pooler. */
public record Tanh() implements Block {

  private static final String OUTPUT = "output";

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    INDArray output = context.activation(input.shape());
    context.kernels().dense().tanh(input, output);
    if (context.keepsForBackward()) {
      context.save(OUTPUT, output);
    }
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    context.kernels().dense().tanhBackward(context.saved(OUTPUT), outputGradient, inputGradient);
    return inputGradient;
  }
}
