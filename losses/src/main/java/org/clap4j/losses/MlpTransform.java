package org.clap4j.losses;

import java.util.List;
import java.util.Map;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.LossParameters;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two linear maps with a ReLU between them, [N, D] to [N, D], trained by the loss that has them: y
 * = relu(x W1ᵀ + b1) W2ᵀ + b2. Its parameters are {@code NAME.linear1.weight} [D, D], {@code
 * NAME.linear1.bias} [D] and the same of {@code linear2}, started as PyTorch's linear layers are.
 */
final class MlpTransform {

  private final int dim;
  private final String weight1;
  private final String bias1;
  private final String weight2;
  private final String bias2;

  MlpTransform(String name, int dim) {
    this.dim = dim;
    weight1 = name + ".linear1.weight";
    bias1 = name + ".linear1.bias";
    weight2 = name + ".linear2.weight";
    bias2 = name + ".linear2.bias";
  }

  List<ParameterSpec> parameters() {
    return List.of(weight(weight1), bias(bias1), weight(weight2), bias(bias2));
  }

  private ParameterSpec weight(String name) {
    return new ParameterSpec(
        name, ParameterSpec.Kind.WEIGHT, Initializer.Uniform.fanIn(dim), dim, dim);
  }

  private ParameterSpec bias(String name) {
    return new ParameterSpec(
        name, ParameterSpec.Kind.NO_DECAY, Initializer.Uniform.fanIn(dim), dim);
  }

  /** Gives y. */
  INDArray apply(INDArray input_ND, LossParameters parameters) {
    try (Pass pass = forward(input_ND, parameters)) {
      return pass.output().dup();
    }
  }

  Pass forward(INDArray input_ND, LossParameters parameters) {
    return new Pass(input_ND, parameters);
  }

  /** One forward pass, and what the backward pass needs of it. */
  final class Pass implements AutoCloseable {

    private final LossParameters parameters;
    private final DenseKernels kernels;
    private final INDArray input_ND;
    private final INDArray hidden_ND;
    private final INDArray output_ND;

    private Pass(INDArray input_ND, LossParameters parameters) {
      this.parameters = parameters;
      kernels = Kernels.of(input_ND.dataType()).dense();
      this.input_ND = input_ND.dup('c');
      hidden_ND = this.input_ND.ulike();
      kernels.linear(this.input_ND, parameters.get(weight1), parameters.get(bias1), hidden_ND);
      kernels.relu(hidden_ND, hidden_ND);
      output_ND = hidden_ND.ulike();
      kernels.linear(hidden_ND, parameters.get(weight2), parameters.get(bias2), output_ND);
    }

    /** y, until this is closed. */
    INDArray output() {
      return output_ND;
    }

    /** Gives the gradient of the input; puts those of the parameters among {@code gradients}. */
    INDArray backward(INDArray outputGradient_ND, Map<String, INDArray> gradients) {
      try (INDArray hiddenGradient_ND = hidden_ND.ulike()) {
        linear(outputGradient_ND, hidden_ND, weight2, bias2, hiddenGradient_ND, gradients);
        kernels.reluBackward(hidden_ND, hiddenGradient_ND, hiddenGradient_ND);
        INDArray inputGradient_ND = input_ND.ulike();
        linear(hiddenGradient_ND, input_ND, weight1, bias1, inputGradient_ND, gradients);
        return inputGradient_ND;
      }
    }

    private void linear(
        INDArray g_ND,
        INDArray x_ND,
        String weight,
        String bias,
        INDArray gx_ND,
        Map<String, INDArray> gradients) {
      INDArray weightGradient_DD = Nd4j.createUninitialized(x_ND.dataType(), dim, dim);
      kernels.multiply(g_ND, true, x_ND, false, weightGradient_DD);
      gradients.put(weight, weightGradient_DD);
      INDArray biasGradient_D = Nd4j.createUninitialized(x_ND.dataType(), dim);
      kernels.columnSums(g_ND, biasGradient_D);
      gradients.put(bias, biasGradient_D);
      kernels.multiply(g_ND, false, parameters.get(weight), false, gx_ND);
    }

    @Override
    public void close() {
      input_ND.close();
      hidden_ND.close();
      output_ND.close();
    }
  }
}
