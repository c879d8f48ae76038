package org.clap4j.encoders.audio.htsat;

import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cuts images into patches side by side, [B, C, H, W] to [B, L, C · rows · columns], L = (H / rows)
 * · (W / columns), row by row. Rows and columns at the lower and right edge that fill no patch are
 * left out.
 *
 * @param channels C
 * @param rows of a patch
 * @param columns of a patch
 */
record Patches(int channels, int rows, int columns) implements Block {

  private static final String SHAPE = "shape";

  /**
   * Makes one token of each patch, [B, C, H, W] to [B, L, D]: a convolution whose stride is its
   * kernel's size. Parameters {@code weight} [D, C, rows, columns] and {@code bias} [D].
   *
   * @param width D
   */
  static Sequential projected(int channels, int rows, int columns, int width) {
    return Sequential.of(
        new Named<>("patches", new Patches(channels, rows, columns)),
        new Named<>("", new PatchKernel(width, channels, rows, columns)));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (context.keepsForBackward()) {
      context.save(SHAPE, input.shape());
    }
    long tokens = input.size(2) / rows * (input.size(3) / columns);
    INDArray patches = context.activation(input.size(0), tokens, (long) channels * rows * columns);
    byToken(patches, input.shape()).assign(byImage(input));
    return patches;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(context.saved(SHAPE, long[].class));
    if (context.needsInputGradient()) {
      if (inputGradient.size(2) % rows != 0 || inputGradient.size(3) % columns != 0) {
        inputGradient.assign(0);
      }
      byImage(inputGradient).assign(byToken(outputGradient, inputGradient.shape()));
    }
    return inputGradient;
  }

  /** Views patches as [B, H / rows, W / columns, C, rows, columns]. */
  private INDArray byToken(INDArray patches, long[] shape) {
    return patches.reshape(
        'c', shape[0], shape[2] / rows, shape[3] / columns, channels, rows, columns);
  }

  /** Views images as [B, H / rows, W / columns, C, rows, columns]. */
  private INDArray byImage(INDArray image) {
    long down = image.size(2) / rows;
    long across = image.size(3) / columns;
    INDArray whole =
        image.get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval(0, down * rows),
            NDArrayIndex.interval(0, across * columns));
    return whole
        .reshape('c', image.size(0), channels, down, rows, across, columns)
        .permute(0, 2, 4, 1, 3, 5);
  }

  /** A mask of channels, which holds for no token. */
  @Override
  public boolean passesMask() {
    return false;
  }
}
