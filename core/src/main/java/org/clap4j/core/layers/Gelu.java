package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.kernels.DenseKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gaussian error linear unit, x Φ(x) (Hendrycks and Gimpel 2016).
 *
 * @param form how Φ is computed
 */
public record Gelu(Form form) implements Block {

  /** How the normal distribution function is computed. */
  public enum Form {
    /** By the error function: exact. */
    ERF,
    /** By tanh, off by up to 5e-4: what GPT-2 was trained with ({@code gelu_new}). */
    TANH
  }

  /** The exact form. */
  public Gelu() {
    this(Form.ERF);
  }

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
    DenseKernels kernels = context.kernels().dense();
    switch (form) {
      case ERF -> kernels.gelu(input, output);
      case TANH -> kernels.geluTanh(input, output);
    }
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    gradient(context, context.saved("input"), outputGradient, inputGradient);
    return inputGradient;
  }

  /** Adds a bias to each row, in place, and computes the unit of the sum. */
  void ofBiased(BlockContext context, INDArray input_RD, INDArray bias_D, INDArray output_RD) {
    DenseKernels kernels = context.kernels().dense();
    switch (form) {
      case ERF -> kernels.biasGelu(input_RD, bias_D, output_RD);
      case TANH -> {
        kernels.addBias(input_RD, bias_D);
        kernels.geluTanh(input_RD, output_RD);
      }
    }
  }

  /** Computes the gradient of the input, which may take the place of that of the output. */
  void gradient(BlockContext context, INDArray input, INDArray outputGradient, INDArray into) {
    DenseKernels kernels = context.kernels().dense();
    switch (form) {
      case ERF -> kernels.geluBackward(input, outputGradient, into);
      case TANH -> kernels.geluTanhBackward(input, outputGradient, into);
    }
  }
}
