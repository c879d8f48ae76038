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
 * Makes one token of each patch of an image, [B, C, side, side] to [B, L, D], L = (side / patch)²,
 * row by row: a convolution whose stride is its kernel's size, computed as one matrix product.
 * Parameters {@code weight} [D, C, patch, patch] and {@code bias} [D].
 *
 * @param channels C
 * @param patch rows and columns of a patch, which divide the side
 * @param width D
 */
record PatchProjection(int channels, int patch, int width) implements Block {

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";
  private static final String PATCHES = "patches";
  private static final String SHAPE = "shape";

  /** C · patch². */
  private int inputs() {
    return channels * patch * patch;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Initializer start = Initializer.Uniform.fanIn(inputs());
    return List.of(
        new ParameterSpec(WEIGHT, Kind.WEIGHT, start, width, channels, patch, patch),
        new ParameterSpec(BIAS, Kind.NO_DECAY, start, width));
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    long tokens = input.length() / inputs();
    INDArray patches_RI =
        context.keepsForBackward()
            ? context.activation(tokens, inputs())
            : context.scratch(tokens, inputs());
    byToken(patches_RI, input.shape()).assign(byImage(input));
    if (context.keepsForBackward()) {
      context.save(PATCHES, patches_RI);
      context.save(SHAPE, input.shape());
    }
    INDArray output_BLD = context.activation(input.size(0), tokens / input.size(0), width);
    INDArray output_RD = output_BLD.reshape('c', tokens, width);
    DenseKernels kernels = context.kernels().dense();
    kernels.multiply(patches_RI, false, matrix(context.parameter(WEIGHT)), true, output_RD);
    kernels.addBias(output_RD, context.parameter(BIAS));
    return output_BLD;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    INDArray patches_RI = context.saved(PATCHES);
    long[] shape = context.saved(SHAPE, long[].class);
    INDArray g_RD = outputGradient_BLD.reshape('c', patches_RI.size(0), width);
    DenseKernels kernels = context.kernels().dense();
    kernels.multiply(g_RD, true, patches_RI, false, matrix(context.gradient(WEIGHT)));
    kernels.columnSums(g_RD, context.gradient(BIAS));
    INDArray inputGradient = context.inputGradient(shape);
    if (context.needsInputGradient()) {
      INDArray patchGradient_RI = context.scratch(patches_RI.shape());
      kernels.multiply(g_RD, false, matrix(context.parameter(WEIGHT)), false, patchGradient_RI);
      byImage(inputGradient).assign(byToken(patchGradient_RI, shape));
    }
    return inputGradient;
  }

  private INDArray matrix(INDArray weight) {
    return weight.reshape('c', width, inputs());
  }

  /** Views patches as [B, rows, columns, C, patch, patch]. */
  private INDArray byToken(INDArray patches_RI, long[] imageShape) {
    long rows = imageShape[2] / patch;
    long columns = imageShape[3] / patch;
    return patches_RI.reshape('c', imageShape[0], rows, columns, channels, patch, patch);
  }

  /** Views images as [B, rows, columns, C, patch, patch]. */
  private INDArray byImage(INDArray image) {
    long rows = image.size(2) / patch;
    long columns = image.size(3) / patch;
    return image
        .reshape('c', image.size(0), channels, rows, patch, columns, patch)
        .permute(0, 2, 4, 1, 3, 5);
  }
}
