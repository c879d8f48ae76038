package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.kernels.AttentionShape;
import org.clap4j.core.kernels.DenseKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention with its output projection, [B, L, D] to [B, L, D] (Vaswani et al.
 * 2017, section 3.2.2). Padding, by the context's mask, is never attended to. Parameters as in
 * BERT: {@code self.query}, {@code self.key}, {@code self.value}, {@code output.dense}, each with
 * {@code weight} and {@code bias}.
 *
 * @param heads H, divides the width
 * @param causal whether a token sees only itself and what is before it
 * @param query to the queries, D to D
 * @param key to the keys
 * @param value to the values
 * @param output from the heads' results, side by side
 */
public record SelfAttention(
    int heads,
    boolean causal,
    Named<Linear> query,
    Named<Linear> key,
    Named<Linear> value,
    Named<Linear> output)
    implements Block {

  private static final String PROBABILITIES = "probabilities";

  /** Describes the attention. */
  public SelfAttention {
    int width = query.block().outputs();
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was " + width + " for " + heads + " heads");
    }
  }

  /** An attention whose weights start normal, biases 0. */
  public static SelfAttention normal(
      int width, int heads, boolean causal, double standardDeviation) {
    Linear linear = Linear.normal(width, width, standardDeviation);
    return new SelfAttention(
        heads,
        causal,
        new Named<>("self.query", linear),
        new Named<>("self.key", linear),
        new Named<>("self.value", linear),
        new Named<>("output.dense", linear));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Named.parametersOf(query, key, value, output);
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    AttentionShape shape = shape(input_BLD);
    INDArray q = query.forward(context, input_BLD);
    INDArray k = key.forward(context, input_BLD);
    INDArray v = value.forward(context, input_BLD);
    INDArray probabilities =
        context.activation(shape.batch(), heads, shape.tokens(), shape.tokens());
    INDArray attended = context.activation(q.shape());
    context
        .kernels()
        .sequences()
        .attention(
            shape,
            Rows.of(q),
            Rows.of(k),
            Rows.of(v),
            context.mask(),
            probabilities,
            Rows.of(attended));
    if (context.keepsForBackward()) {
      context.save("q", q);
      context.save("k", k);
      context.save("v", v);
      context.save(PROBABILITIES, probabilities);
    }
    return output.forward(context, attended);
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    INDArray g = output.backward(context, outputGradient_BLD);
    INDArray q = context.saved("q");
    INDArray gq = context.scratch(q.shape());
    INDArray gk = context.scratch(q.shape());
    INDArray gv = context.scratch(q.shape());
    context
        .kernels()
        .sequences()
        .attentionBackward(
            shape(g),
            Rows.of(q),
            Rows.of(context.saved("k")),
            Rows.of(context.saved("v")),
            context.saved(PROBABILITIES),
            Rows.of(g),
            Rows.of(gq),
            Rows.of(gk),
            Rows.of(gv));
    INDArray throughQuery = query.backward(context, gq);
    INDArray throughKey = key.backward(context, gk);
    INDArray throughValue = value.backward(context, gv);
    DenseKernels kernels = context.kernels().dense();
    INDArray inputGradient = context.inputGradient(throughQuery.shape());
    kernels.add(throughQuery, throughKey, inputGradient);
    kernels.add(inputGradient, throughValue, inputGradient);
    return inputGradient;
  }

  private AttentionShape shape(INDArray array_BLD) {
    return new AttentionShape(
        Math.toIntExact(array_BLD.size(0)),
        Math.toIntExact(array_BLD.size(1)),
        heads,
        query.block().outputs(),
        causal);
  }
}
