package org.clap4j.core.layers;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.kernels.WindowGrid;
import org.clap4j.core.kernels.WindowKernels;
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

  /** Standard deviation that the table starts with, as in Swin. */
  private static final double TABLE_DEVIATION = 0.02;

  /** Describes the attention. */
  public WindowAttention {
    new WindowGrid(rows, columns, window, shift);
    new MultiHead(heads, dropout, projections, output);
  }

  private WindowGrid grid() {
    return new WindowGrid(rows, columns, window, shift);
  }

  private MultiHead frame() {
    return new MultiHead(heads, dropout, projections, output);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return frame()
        .parameters(
            new ParameterSpec(
                TABLE,
                Kind.WEIGHT,
                new Initializer.Normal(TABLE_DEVIATION),
                grid().offsets(),
                heads));
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
    WindowKernels kernels = context.kernels().windows();
    long[] probabilityShape = {
      input_BLD.size(0) * grid.windows(), heads, grid.tokens(), grid.tokens()
    };
    return frame()
        .forward(
            context,
            input_BLD,
            probabilityShape,
            (qkv_RE, dropped, probabilities, attended_RD) ->
                kernels.attention(
                    grid, dropped, qkv_RE, context.parameter(TABLE), probabilities, attended_RD));
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    WindowKernels kernels = context.kernels().windows();
    return frame()
        .backward(
            context,
            outputGradient_BLD,
            (qkv_RE, dropped, probabilities, g_RD, gradients) ->
                kernels.attentionBackward(
                    grid(),
                    dropped,
                    qkv_RE,
                    probabilities,
                    g_RD,
                    gradients.q(),
                    gradients.k(),
                    gradients.v(),
                    context.gradient(TABLE)));
  }
}
