package org.clap4j.encoders.audio.htsat;

import java.util.List;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Applies a convolution's kernel to patches that have its size, [.., C · rows · columns] to [..,
 * D], as one matrix product. Parameters {@code weight} [D, C, rows, columns] and {@code bias} [D].
 *
 * @param width D
 * @param channels C
 * @param rows of a patch
 * @param columns of a patch
 */
record PatchKernel(int width, int channels, int rows, int columns) implements Block {

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";
  private static final String PATCHES = "patches";

  /** The kernel of one position: a linear map of each token. */
  static PatchKernel pointwise(int channels, int width) {
    return new PatchKernel(width, channels, 1, 1);
  }

  /** C · rows · columns. */
  private int inputs() {
    return channels * rows * columns;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Initializer start = Initializer.Uniform.fanIn(inputs());
    return List.of(
        new ParameterSpec(WEIGHT, Kind.WEIGHT, start, width, channels, rows, columns),
        new ParameterSpec(BIAS, Kind.NO_DECAY, start, width));
  }

  @Override
  public INDArray forward(BlockContext context, INDArray patches) {
    if (context.keepsForBackward()) {
      context.save(PATCHES, patches);
    }
    long[] shape = patches.shape().clone();
    shape[shape.length - 1] = width;
    INDArray output = context.activation(shape);
    INDArray output_RD = matrix(output, width);
    DenseKernels kernels = context.kernels().dense();
    kernels.multiply(
        matrix(patches, inputs()), false, kernel(context.parameter(WEIGHT)), true, output_RD);
    kernels.addBias(output_RD, context.parameter(BIAS));
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray patches = context.saved(PATCHES);
    INDArray g_RD = matrix(outputGradient, width);
    DenseKernels kernels = context.kernels().dense();
    kernels.multiply(
        g_RD, true, matrix(patches, inputs()), false, kernel(context.gradient(WEIGHT)));
    kernels.columnSums(g_RD, context.gradient(BIAS));
    INDArray inputGradient = context.inputGradient(patches.shape());
    if (context.needsInputGradient()) {
      kernels.multiply(
          g_RD, false, kernel(context.parameter(WEIGHT)), false, matrix(inputGradient, inputs()));
    }
    return inputGradient;
  }

  private INDArray kernel(INDArray weight) {
    return weight.reshape('c', width, inputs());
  }

  private static INDArray matrix(INDArray array, long columns) {
    return array.reshape('c', array.length() / columns, columns);
  }
}
