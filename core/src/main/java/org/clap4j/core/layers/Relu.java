package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rectifies each element: max(0, x). */
public record Relu() implements Block {

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    INDArray output = context.activation(input.shape());
    context.kernels().dense().relu(input, output);
    if (context.keepsForBackward()) {
      context.save("output", output);
    }
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    context.kernels().dense().reluBackward(context.saved("output"), outputGradient, inputGradient);
    return inputGradient;
  }
}
