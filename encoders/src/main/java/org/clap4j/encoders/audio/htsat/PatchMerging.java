package org.clap4j.encoders.audio.htsat;

import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts the vectors of each square of 2 x 2 tokens side by side, [B, side², D] to [B, side² / 4, 4
 * D], in the order (even row, even column), (odd, even), (even, odd), (odd, odd): the first part of
 * Swin's patch merging (Liu et al. 2021, section 3.1).
 *
 * @param side rows and columns of the image of tokens, even
 */
record PatchMerging(int side) implements Block {

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    long images = input_BLD.size(0);
    long width = input_BLD.size(2);
    INDArray output = context.activation(images, (long) side * side / 4, 4 * width);
    int[] sources = sources(images);
    context
        .kernels()
        .sequences()
        .lookUp(
            new INDArray[] {input_BLD.reshape('c', sources.length, width)},
            new int[][] {sources},
            output.reshape('c', sources.length, width));
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    long images = outputGradient.size(0);
    long width = outputGradient.size(2) / 4;
    INDArray inputGradient_BLD = context.inputGradient(images, (long) side * side, width);
    int[] sources = sources(images);
    int[] targets = new int[sources.length];
    for (int i = 0; i < sources.length; i++) {
      targets[sources[i]] = i;
    }
    context
        .kernels()
        .sequences()
        .lookUp(
            new INDArray[] {outputGradient.reshape('c', targets.length, width)},
            new int[][] {targets},
            inputGradient_BLD.reshape('c', targets.length, width));
    return inputGradient_BLD;
  }

  /** For each vector of the output, which token it is. */
  private int[] sources(long images) {
    int half = side / 2;
    int[] sources = new int[Math.toIntExact(images * side * side)];
    for (int i = 0; i < sources.length; i++) {
      int part = i % 4;
      int column = i / 4 % half * 2 + part / 2;
      int row = i / 4 / half % half * 2 + part % 2;
      int image = i / 4 / half / half;
      sources[i] = (image * side + row) * side + column;
    }
    return sources;
  }
}
