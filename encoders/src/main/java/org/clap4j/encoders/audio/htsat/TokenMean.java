package org.clap4j.encoders.audio.htsat;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The mean over all tokens of an image, [B, L, D] to [B, D], whatever the context's mask says: in a
 * fusion it is of channels, not of tokens.
 */
record TokenMean() implements Block {

  private static final String TOKENS = "tokens";

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    long tokens = input_BLD.size(1);
    if (context.keepsForBackward()) {
      context.save(TOKENS, tokens);
    }
    INDArray output_BD = context.activation(input_BLD.size(0), input_BLD.size(2));
    context
        .kernels()
        .sequences()
        .weightedTokenSum(input_BLD, weights(input_BLD.size(0), tokens, 1f / tokens), output_BD);
    return output_BD;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BD) {
    long tokens = context.saved(TOKENS, Long.class);
    long images = outputGradient_BD.size(0);
    INDArray inputGradient_BLD = context.inputGradient(images, tokens, outputGradient_BD.size(1));
    context
        .kernels()
        .sequences()
        .weightedTokenSumBackward(
            outputGradient_BD, weights(images, tokens, 1f / tokens), inputGradient_BLD);
    return inputGradient_BLD;
  }

  /** The same weight for every token. */
  static float[][] weights(long images, long tokens, float weight) {
    float[][] weights = new float[Math.toIntExact(images)][Math.toIntExact(tokens)];
    for (float[] row : weights) {
      Arrays.fill(row, weight);
    }
    return weights;
  }
}
