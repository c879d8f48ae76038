package org.clap4j.core.layers;

import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.kernels.ProbabilityDropout;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What attentions have in common: the way from the input to queries, keys and values, what is kept
 * for backward, dropout on probabilities, and the output projection.
 *
 * @param heads H, divides the width
 * @param dropout share of attention probabilities that are dropped in training, in [0, 1)
 * @param projections to queries, keys and values, D to D
 * @param output from the heads' results, side by side
 */
record MultiHead(int heads, double dropout, QueryKeyValue projections, Named<Linear> output) {

  private static final String PROJECTED = "projected";
  private static final String PROBABILITIES = "probabilities";
  private static final String DROPPED = "dropped";

  MultiHead {
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

  /** Computes what the heads take from the values, [R, D]. */
  @FunctionalInterface
  interface Attention {
    void compute(
        INDArray qkv_RE,
        ProbabilityDropout dropped,
        @Nullable INDArray probabilities,
        INDArray attended_RD);
  }

  /** Computes the gradients with respect to queries, keys and values, [R, D]. */
  @FunctionalInterface
  interface AttentionGradient {
    void compute(
        INDArray qkv_RE,
        ProbabilityDropout dropped,
        INDArray probabilities,
        INDArray g_RD,
        QueryKeyValue.Gradients gradients);
  }

  /** The parameters; some of the attention's own stand between projections and output. */
  List<ParameterSpec> parameters(ParameterSpec... ofAttention) {
    List<ParameterSpec> specs = new ArrayList<>(projections.parameters());
    specs.addAll(List.of(ofAttention));
    output.parameters().forEach(specs::add);
    return specs;
  }

  INDArray forward(
      BlockContext context, INDArray input_BLD, long[] probabilityShape, Attention attention) {
    INDArray projected = projections.forward(context, input_BLD);
    INDArray probabilities =
        context.keepsForBackward() ? context.activation(probabilityShape) : null;
    ProbabilityDropout dropped = dropped(context);
    INDArray attended = context.activation(input_BLD.shape());
    attention.compute(Rows.of(projected), dropped, probabilities, Rows.of(attended));
    if (probabilities != null) {
      context.save(PROJECTED, projected);
      context.save(PROBABILITIES, probabilities);
      context.save(DROPPED, dropped);
    }
    return output.forward(context, attended);
  }

  private ProbabilityDropout dropped(BlockContext context) {
    return dropout > 0 && context.dropsOut()
        ? new ProbabilityDropout(dropout, context.random().nextLong())
        : ProbabilityDropout.NONE;
  }

  INDArray backward(
      BlockContext context, INDArray outputGradient_BLD, AttentionGradient attention) {
    INDArray g = output.backward(context, outputGradient_BLD);
    QueryKeyValue.Gradients gradients = QueryKeyValue.Gradients.scratch(context, g.shape());
    attention.compute(
        Rows.of(context.saved(PROJECTED)),
        context.saved(DROPPED, ProbabilityDropout.class),
        context.saved(PROBABILITIES),
        Rows.of(g),
        gradients.rows());
    return projections.backwardToInput(context, gradients);
  }
}
