package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.kernels.AttentionShape;
import org.clap4j.core.kernels.SequenceKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention with its output projection, [B, L, D] to [B, L, D] (Vaswani et al.
 * 2017, section 3.2.2). Padding, by the context's mask, is never attended to. Parameters as in
 * BERT: {@code self.query}, {@code self.key}, {@code self.value}, {@code output.dense}, each with
 * {@code weight} and {@code bias}.
 *
 * @param heads H, divides the width
 * @param causal whether a token sees only itself and what is before it
 * @param dropout share of attention probabilities that are dropped in training, in [0, 1)
 * @param projections to queries, keys and values, D to D
 * @param output from the heads' results, side by side
 */
public record SelfAttention(
    int heads, boolean causal, double dropout, QueryKeyValue projections, Named<Linear> output)
    implements Block {

  /** Describes the attention. */
  public SelfAttention {
    new MultiHead(heads, dropout, projections, output);
  }

  /** An attention whose weights start normal, biases 0. */
  public static SelfAttention normal(
      int width, int heads, boolean causal, double dropout, double standardDeviation) {
    return new SelfAttention(
        heads,
        causal,
        dropout,
        QueryKeyValue.normal(width, standardDeviation),
        new Named<>("output.dense", Linear.normal(width, width, standardDeviation)));
  }

  private MultiHead frame() {
    return new MultiHead(heads, dropout, projections, output);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return frame().parameters();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    AttentionShape shape = shape(input_BLD);
    SequenceKernels kernels = context.kernels().sequences();
    long[] probabilityShape = {shape.batch(), heads, shape.tokens(), shape.tokens()};
    return frame()
        .forward(
            context,
            input_BLD,
            probabilityShape,
            (qkv_RE, dropped, probabilities, attended_RD) ->
                kernels.attention(
                    shape, dropped, qkv_RE, context.mask(), probabilities, attended_RD));
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    AttentionShape shape = shape(outputGradient_BLD);
    SequenceKernels kernels = context.kernels().sequences();
    return frame()
        .backward(
            context,
            outputGradient_BLD,
            (qkv_RE, dropped, probabilities, g_RD, gradients) ->
                kernels.attentionBackward(
                    shape,
                    dropped,
                    qkv_RE,
                    probabilities,
                    g_RD,
                    gradients.q(),
                    gradients.k(),
                    gradients.v()));
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
