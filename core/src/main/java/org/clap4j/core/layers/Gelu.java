package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gaussian error linear unit, x Φ(x), by the error function and not its tanh approximation
 * (Hendrycks and Gimpel 2016).
 */
public record Gelu() implements Block {

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (context.keepsForBackward()) {
      context.save("input", input);
    }
    INDArray output = context.activation(input.shape());
    context.kernels().dense().gelu(input, output);
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    context.kernels().dense().geluBackward(context.saved("input"), outputGradient, inputGradient);
    return inputGradient;
  }
}
