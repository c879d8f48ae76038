package org.clap4j.core.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clap4j.core.kernels.ProbabilityDropout;
import org.clap4j.core.kernels.WindowGrid;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention within the windows of an image, with relative position bias and output
 * projection, [B, L, D] to [B, L, D] (Liu et al. 2021, Swin Transformer, section 3.2). Parameters
 * as in Hugging Face's Swin: {@code self.query}, {@code self.key}, {@code self.value}, {@code
 * self.relative_position_bias_table} [(2 window - 1)², H] and {@code output.dense}.
 *
 * @param rows rows of the image of L tokens
 * @param columns columns of the image
 * @param window side of a window, divides rows and columns
 * @param shift how far the windows are shifted down and right, in [0, window)
 * @param heads H, divides the width
 * @param dropout share of attention probabilities that are dropped in training, in [0, 1)
 * @param projections to queries, keys and values, D to D
 * @param output from the heads' results, side by side
 */
public record WindowAttention(
    int rows,
    int columns,
    int window,
    int shift,
    int heads,
    double dropout,
    QueryKeyValue projections,
    Named<Linear> output)
    implements Block {

  private static final String TABLE = "self.relative_position_bias_table";
  private static final String PROJECTED = "projected";
  private static final String PROBABILITIES = "probabilities";
  private static final String DROPPED = "dropped";

  /** Standard deviation that the table starts with, as in Swin. */
  private static final double TABLE_DEVIATION = 0.02;

  /** Describes the attention. */
  public WindowAttention {
    new WindowGrid(rows, columns, window, shift);
    new ProbabilityDropout(dropout, 0);
    if (heads < 1 || projections.width() % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was "
              + projections.width()
              + " for "
              + heads
              + " heads");
    }
  }

  private WindowGrid grid() {
    return new WindowGrid(rows, columns, window, shift);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(projections.parameters());
    specs.add(
        new ParameterSpec(
            TABLE, Kind.WEIGHT, new Initializer.Normal(TABLE_DEVIATION), grid().offsets(), heads));
    output.parameters().forEach(specs::add);
    return specs;
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    WindowGrid grid = grid();
    if (input_BLD.rank() != 3 || input_BLD.size(1) != grid.imageTokens()) {
      throw new IllegalArgumentException(
          "this attention takes images of "
              + rows
              + " x "
              + columns
              + " tokens, [B, "
              + grid.imageTokens()
              + ", D], not "
              + Arrays.toString(input_BLD.shape()));
    }
    QueryKeyValue.Arrays projected = projections.forward(context, input_BLD);
    INDArray probabilities = context.keepsForBackward() ? probabilities(context, input_BLD) : null;
    ProbabilityDropout dropped = dropped(context);
    INDArray attended = context.activation(input_BLD.shape());
    QueryKeyValue.Arrays rowsOf = projected.rows();
    context
        .kernels()
        .windows()
        .attention(
            grid,
            dropped,
            rowsOf.q(),
            rowsOf.k(),
            rowsOf.v(),
            context.parameter(TABLE),
            probabilities,
            Rows.of(attended));
    if (probabilities != null) {
      context.save(PROJECTED, projected);
      context.save(PROBABILITIES, probabilities);
      context.save(DROPPED, dropped);
    }
    return output.forward(context, attended);
  }

  private INDArray probabilities(BlockContext context, INDArray input_BLD) {
    WindowGrid grid = grid();
    long windows = input_BLD.size(0) * grid.windows();
    return context.activation(windows, heads, grid.tokens(), grid.tokens());
  }

  private ProbabilityDropout dropped(BlockContext context) {
    return dropout > 0 && context.dropsOut()
        ? new ProbabilityDropout(dropout, context.random().nextLong())
        : ProbabilityDropout.NONE;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    INDArray g = output.backward(context, outputGradient_BLD);
    QueryKeyValue.Arrays projected = context.saved(PROJECTED, QueryKeyValue.Arrays.class).rows();
    QueryKeyValue.Arrays gradients = QueryKeyValue.Arrays.scratch(context, g.shape());
    QueryKeyValue.Arrays gradientRows = gradients.rows();
    context
        .kernels()
        .windows()
        .attentionBackward(
            grid(),
            context.saved(DROPPED, ProbabilityDropout.class),
            projected.q(),
            projected.k(),
            projected.v(),
            context.saved(PROBABILITIES),
            Rows.of(g),
            gradientRows.q(),
            gradientRows.k(),
            gradientRows.v(),
            context.gradient(TABLE));
    return projections.backwardToInput(context, gradients);
  }
}
