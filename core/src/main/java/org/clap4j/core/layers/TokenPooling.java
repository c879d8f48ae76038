package org.clap4j.core.layers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes one vector of the tokens of each caption, [B, L, D] to [B, D]. Padding, by the context's
 * mask, never counts.
 *
 * @param pooling which tokens count
 */
public record TokenPooling(Pooling pooling) implements Block {

  private static final String WEIGHTS = "weights";

  /** Which tokens count. */
  public enum Pooling {
    /** The first token, for tokenizers that put a classification token there. */
    CLS,
    /** The mean over the tokens. */
    MEAN,
    /** The last token, for causal encoders: it alone has seen all. */
    LAST
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    float[][] weights = weights(context.mask(), input_BLD);
    if (context.keepsForBackward()) {
      context.save(WEIGHTS, weights);
    }
    INDArray output_BD = context.activation(input_BLD.size(0), input_BLD.size(2));
    context.kernels().sequences().weightedTokenSum(input_BLD, weights, output_BD);
    return output_BD;
  }

  private float[][] weights(@Nullable INDArray mask_BL, INDArray input_BLD) {
    int tokens = Math.toIntExact(input_BLD.size(1));
    float[][] weights = new float[Math.toIntExact(input_BLD.size(0))][tokens];
    for (int b = 0; b < weights.length; b++) {
      boolean[] kept = new boolean[tokens];
      for (int l = 0; l < tokens; l++) {
        kept[l] = mask_BL == null || mask_BL.getDouble(b, l) != 0;
      }
      weigh(kept, weights[b]);
    }
    return weights;
  }

  /** Sets the weights of one caption; one without tokens gets none. */
  private void weigh(boolean[] kept, float[] weights) {
    int count = 0;
    int last = 0;
    for (int l = 0; l < kept.length; l++) {
      if (kept[l]) {
        count++;
        last = l;
      }
    }
    if (count == 0) {
      return;
    }
    switch (pooling) {
      case CLS -> weights[0] = 1;
      case LAST -> weights[last] = 1;
      case MEAN -> {
        for (int l = 0; l < kept.length; l++) {
          weights[l] = kept[l] ? 1f / count : 0;
        }
      }
    }
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BD) {
    float[][] weights = context.saved(WEIGHTS, float[][].class);
    INDArray inputGradient_BLD =
        context.inputGradient(weights.length, weights[0].length, outputGradient_BD.size(1));
    context
        .kernels()
        .sequences()
        .weightedTokenSumBackward(outputGradient_BD, weights, inputGradient_BLD);
    return inputGradient_BLD;
  }

  @Override
  public boolean passesMask() {
    return false;
  }
}
