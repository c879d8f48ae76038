package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sets elements to 0 at random while training and scales the others up, so that the mean stays
 * (Srivastava et al. 2014). What is dropped follows from the context's generator and the position
 * alone; only a seed is kept for backward.
 *
 * @param rate share of elements that are dropped, in [0, 1); 0 costs nothing
 */
public record Dropout(double rate) implements Block {

  private static final String SEED = "seed";

  /** Describes the dropout. */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), was " + rate);
    }
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    INDArray output = context.activation(input.shape());
    if (isIdentity(context)) {
      return output.assign(input);
    }
    long seed = context.random().nextLong();
    if (context.keepsForBackward()) {
      context.save(SEED, seed);
    }
    context.kernels().dense().dropout(input, rate, seed, output);
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray inputGradient = context.inputGradient(outputGradient.shape());
    if (isIdentity(context)) {
      return inputGradient.assign(outputGradient);
    }
    long seed = context.saved(SEED, Long.class);
    context.kernels().dense().dropout(outputGradient, rate, seed, inputGradient);
    return inputGradient;
  }

  @Override
  public boolean isIdentity(BlockContext context) {
    return rate == 0 || !context.dropsOut();
  }
}
