package org.clap4j.core.layers;

import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sets all of an item's elements to 0 at random while training and scales the other items up, so
 * that a residual branch is left out for some clips (Huang et al. 2016). [B, ..] to the same.
 *
 * @param rate share of items that are dropped, in [0, 1); 0 costs nothing
 */
public record StochasticDepth(double rate) implements Block {

  private static final String FACTORS = "factors";

  /** Describes the block. */
  public StochasticDepth {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("stochastic-depth must be in [0, 1), was " + rate);
    }
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    double[] factors = new double[Math.toIntExact(input.size(0))];
    SplittableRandom random = context.random();
    for (int item = 0; item < factors.length; item++) {
      boolean isKept = isIdentity(context) || random.nextDouble() >= rate;
      factors[item] = isKept ? scale(context) : 0;
    }
    if (context.keepsForBackward()) {
      context.save(FACTORS, factors);
    }
    return multiply(input, factors, context.activation(input.shape()));
  }

  private double scale(BlockContext context) {
    return isIdentity(context) ? 1 : 1 / (1 - rate);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    double[] factors = context.saved(FACTORS, double[].class);
    return multiply(outputGradient, factors, context.inputGradient(outputGradient.shape()));
  }

  private static INDArray multiply(INDArray x, double[] factors, INDArray y) {
    for (int item = 0; item < factors.length; item++) {
      x.slice(item).mul(factors[item], y.slice(item));
    }
    return y;
  }

  @Override
  public boolean isIdentity(BlockContext context) {
    return rate == 0 || !context.dropsOut();
  }
}
