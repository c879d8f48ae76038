package org.clap4j.encoders.audio.cnn14;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.kernels.Convolution2d;
import org.clap4j.core.layers.BatchNorm;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution without bias, batch norm and ReLU: a part of {@link ConvBlock}. Parameters {@code
 * convN.weight} and {@code bnN.*}.
 *
 * @param number N, from 1
 * @param inputs channels of the input
 * @param outputs channels of the output
 * @param kernelSize rows and columns of the kernel, odd
 */
record ConvUnit(int number, int inputs, int outputs, int kernelSize) implements Serializable {

  List<ParameterSpec> parameters() {
    long kernelElements = (long) kernelSize * kernelSize;
    Initializer start =
        Initializer.Uniform.xavier(inputs * kernelElements, outputs * kernelElements);
    ParameterSpec weight =
        new ParameterSpec(weight(), Kind.WEIGHT, start, outputs, inputs, kernelSize, kernelSize);
    return Stream.concat(Stream.of(weight), norm().parameters().stream()).toList();
  }

  private String weight() {
    return "conv" + number + ".weight";
  }

  private BatchNorm norm() {
    return new BatchNorm("bn" + number + ".", outputs, true);
  }

  private Convolution2d convolution() {
    return Convolution2d.same(kernelSize);
  }

  /**
   * Computes the output.
   *
   * @param isResult whether the output leaves the block
   */
  INDArray forward(BlockContext context, INDArray input, boolean isResult) {
    long[] shape = {input.size(0), outputs, input.size(2), input.size(3)};
    boolean keeps = context.keepsForBackward();
    INDArray output = keeps || isResult ? context.activation(shape) : context.scratch(shape);
    INDArray convolved = keeps ? context.activation(shape) : output;
    context
        .kernels()
        .images()
        .convolve(convolution(), input, context.parameter(weight()), context::scratch, convolved);
    norm().forward(context, convolved, output);
    if (keeps) {
      context.save("input" + number, input);
      context.save("output" + number, output);
    }
    return output;
  }

  /** The shape that forward has given. */
  long[] outputShape(BlockContext context) {
    return context.saved("output" + number).shape();
  }

  /** The shape that forward was given. */
  long[] inputShape(BlockContext context) {
    return context.saved("input" + number).shape();
  }

  /**
   * Computes the gradients.
   *
   * @param outputGradient gradient with respect to the output; overwritten
   * @param inputGradient takes the gradient with respect to the input
   */
  void backward(BlockContext context, INDArray outputGradient, INDArray inputGradient) {
    norm().backward(context, outputGradient, outputGradient);
    context
        .kernels()
        .images()
        .convolveBackward(
            convolution(),
            context.saved("input" + number),
            context.parameter(weight()),
            outputGradient,
            context::scratch,
            inputGradient,
            context.gradient(weight()));
  }
}
