package org.clap4j.encoders.audio.cnn14;

import java.util.List;
import java.util.stream.IntStream;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Some convolutions, each with batch norm and ReLU, then 2 x 2 average pooling and dropout: [B,
 * inputs, T, F] to [B, outputs, T / 2, F / 2], a last odd row or column left out. One vertex of the
 * graph, so that its large intermediate gradients share memory.
 *
 * @param inputs channels of the input
 * @param outputs channels of the output
 * @param convolutions how many, at least 1
 * @param kernelSize rows and columns of each kernel, odd
 * @param pools whether the output is pooled
 * @param dropout share of the output's elements that are dropped in training, in [0, 1)
 */
record ConvBlock(
    int inputs, int outputs, int convolutions, int kernelSize, boolean pools, double dropout)
    implements Block {

  private static final String DROPOUT_SEED = "dropout-seed";

  private List<ConvUnit> units() {
    return IntStream.rangeClosed(1, convolutions)
        .mapToObj(n -> new ConvUnit(n, n == 1 ? inputs : outputs, outputs, kernelSize))
        .toList();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return units().stream().flatMap(unit -> unit.parameters().stream()).toList();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    if (pools && (input.size(2) < 2 || input.size(3) < 2)) {
      throw new IllegalArgumentException(
          "a spectrogram of "
              + input.size(2)
              + " frames and "
              + input.size(3)
              + " mel bins has reached a block that halves both; take longer clips, or fewer"
              + " blocks");
    }
    INDArray output = input;
    for (ConvUnit unit : units()) {
      output = unit.forward(context, output, !pools && unit.number() == convolutions);
    }
    return dropOut(context, pools ? pool(context, output) : output);
  }

  private static INDArray pool(BlockContext context, INDArray x) {
    INDArray pooled = context.activation(x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2);
    context.kernels().images().averagePool(x, pooled);
    return pooled;
  }

  private INDArray dropOut(BlockContext context, INDArray x) {
    if (!dropsOut(context)) {
      return x;
    }
    long seed = context.random().nextLong();
    if (context.keepsForBackward()) {
      context.save(DROPOUT_SEED, seed);
    }
    INDArray dropped = pools ? x : context.activation(x.shape()); // unpooled, backward reads x
    context.kernels().dense().dropout(x, dropout, seed, dropped);
    return dropped;
  }

  private boolean dropsOut(BlockContext context) {
    return dropout > 0 && context.dropsOut();
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    List<ConvUnit> units = units();
    INDArray gradient = unpool(context, dropOutBackward(context, outputGradient));
    for (int i = convolutions - 1; i > 0; i--) {
      INDArray next = context.scratch(units.get(i).inputShape(context));
      units.get(i).backward(context, gradient, next);
      gradient = next;
    }
    INDArray inputGradient = context.inputGradient(units.get(0).inputShape(context));
    units.get(0).backward(context, gradient, inputGradient);
    return inputGradient;
  }

  private INDArray dropOutBackward(BlockContext context, INDArray outputGradient) {
    if (!dropsOut(context)) {
      return outputGradient;
    }
    INDArray gradient = context.scratch(outputGradient.shape());
    long seed = context.saved(DROPOUT_SEED, Long.class);
    context.kernels().dense().dropout(outputGradient, dropout, seed, gradient);
    return gradient;
  }

  /** The gradient of the last convolution's output, in scratch memory that may be overwritten. */
  private INDArray unpool(BlockContext context, INDArray gradient) {
    INDArray large = context.scratch(units().get(convolutions - 1).outputShape(context));
    if (pools) {
      context.kernels().images().averagePoolBackward(gradient, large);
    } else {
      large.assign(gradient);
    }
    return large;
  }
}
