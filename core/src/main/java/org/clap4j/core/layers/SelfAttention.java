package org.clap4j.core.layers;

import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.kernels.AttentionShape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention with its output projection, [B, L, D] to [B, L, D] (Vaswani et al.
 * 2017, section 3.2.2). Padding, by the context's mask, is never attended to. Parameters as in
 * BERT: {@code self.query}, {@code self.key}, {@code self.value}, {@code output.dense}, each with
 * {@code weight} and {@code bias}.
 *
 * @param heads H, divides the width
 * @param causal whether a token sees only itself and what is before it
 * @param projections to queries, keys and values, D to D
 * @param output from the heads' results, side by side
 */
public record SelfAttention(
    int heads, boolean causal, QueryKeyValue projections, Named<Linear> output) implements Block {

  private static final String PROJECTED = "projected";
  private static final String PROBABILITIES = "probabilities";

  /** Describes the attention. */
  public SelfAttention {
    int width = projections.width();
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was " + width + " for " + heads + " heads");
    }
  }

  /** An attention whose weights start normal, biases 0. */
  public static SelfAttention normal(
      int width, int heads, boolean causal, double standardDeviation) {
    return new SelfAttention(
        heads,
        causal,
        QueryKeyValue.normal(width, standardDeviation),
        new Named<>("output.dense", Linear.normal(width, width, standardDeviation)));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Stream.concat(projections.parameters().stream(), output.parameters()).toList();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    AttentionShape shape = shape(input_BLD);
    QueryKeyValue.Arrays projected = projections.forward(context, input_BLD);
    INDArray probabilities =
        context.activation(shape.batch(), heads, shape.tokens(), shape.tokens());
    INDArray attended = context.activation(input_BLD.shape());
    QueryKeyValue.Arrays rows = projected.rows();
    context
        .kernels()
        .sequences()
        .attention(
            shape, rows.q(), rows.k(), rows.v(), context.mask(), probabilities, Rows.of(attended));
    if (context.keepsForBackward()) {
      context.save(PROJECTED, projected);
      context.save(PROBABILITIES, probabilities);
    }
    return output.forward(context, attended);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    INDArray g = output.backward(context, outputGradient_BLD);
    QueryKeyValue.Arrays projected = context.saved(PROJECTED, QueryKeyValue.Arrays.class).rows();
    QueryKeyValue.Arrays gradients = QueryKeyValue.Arrays.scratch(context, g.shape());
    QueryKeyValue.Arrays gradientRows = gradients.rows();
    context
        .kernels()
        .sequences()
        .attentionBackward(
            shape(g),
            projected.q(),
            projected.k(),
            projected.v(),
            context.saved(PROBABILITIES),
            Rows.of(g),
            gradientRows.q(),
            gradientRows.k(),
            gradientRows.v());
    return projections.backwardToInput(context, gradients);
  }

  private AttentionShape shape(INDArray array_BLD) {
    return new AttentionShape(
        Math.toIntExact(array_BLD.size(0)),
        Math.toIntExact(array_BLD.size(1)),
        heads,
        projections.width(),
        causal);
  }
}
