package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The transformer's position-wise network, Linear – GELU – Linear, [.., D] to [.., D]. Parameters
 * as in BERT: {@code intermediate.dense} and {@code output.dense}, each with {@code weight} and
 * {@code bias}. The first bias and GELU are one pass.
 *
 * @param intermediate D to the hidden width, with bias
 * @param gelu between the two
 * @param output back to D
 */
public record FeedForward(Named<Linear> intermediate, Gelu gelu, Named<Linear> output)
    implements Block {

  private static final String BEFORE_GELU = "beforeGelu";

  /** Describes the network. */
  public FeedForward {
    if (!intermediate.block().hasBias()) {
      throw new IllegalArgumentException("the first linear map of a feed-forward needs a bias");
    }
  }

  /** A network whose weights start normal, biases 0. */
  public static FeedForward normal(int width, int hidden, double standardDeviation) {
    return normal(width, hidden, new Gelu(), standardDeviation);
  }

  /** A network with a given form of GELU whose weights start normal, biases 0. */
  public static FeedForward normal(int width, int hidden, Gelu gelu, double standardDeviation) {
    return new FeedForward(
        new Named<>("intermediate.dense", Linear.normal(width, hidden, standardDeviation)),
        gelu,
        new Named<>("output.dense", Linear.normal(hidden, width, standardDeviation)));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Named.parametersOf(intermediate, output);
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    BlockContext inner = intermediate.within(context);
    INDArray beforeGelu = intermediate.block().product(inner, input);
    INDArray hidden =
        context.keepsForBackward() ? context.activation(beforeGelu.shape()) : beforeGelu;
    gelu.ofBiased(context, Rows.of(beforeGelu), intermediate.block().bias(inner), Rows.of(hidden));
    if (context.keepsForBackward()) {
      context.save(BEFORE_GELU, beforeGelu);
    }
    return output.forward(context, hidden);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    INDArray hiddenGradient = output.backward(context, outputGradient);
    gelu.gradient(context, context.saved(BEFORE_GELU), hiddenGradient, hiddenGradient);
    return intermediate.backwardToInput(context, hiddenGradient);
  }
}
