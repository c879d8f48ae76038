package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One layer of a transformer encoder: self-attention, then the feed-forward network, each beside a
 * residual connection, [B, L, D] to [B, L, D]. Parameters as in BERT ({@code
 * attention.self.query.weight}, ..., {@code attention.output.LayerNorm.weight}, {@code
 * output.LayerNorm.weight}); with norms in front of the branches these are {@code layernorm_before}
 * and {@code layernorm_after}, as in vision transformers.
 *
 * @param attention the first branch
 * @param feedForward the second branch
 */
public record TransformerLayer(ResidualBranch attention, ResidualBranch feedForward)
    implements Block {

  /**
   * Describes a layer.
   *
   * @param attention D to D
   * @param feedForward D to D
   * @param epsilon of both norms
   * @param dropout on what each branch adds, in [0, 1)
   * @param placement where the norms stand
   */
  public static TransformerLayer of(
      SelfAttention attention,
      FeedForward feedForward,
      double epsilon,
      double dropout,
      NormPlacement placement) {
    LayerNorm norm = new LayerNorm(attention.output().block().outputs(), epsilon);
    boolean pre = placement == NormPlacement.PRE;
    return new TransformerLayer(
        new ResidualBranch(
            new Named<>("attention", attention),
            new Named<>(pre ? "layernorm_before" : "attention.output.LayerNorm", norm),
            new Named<>("attention.output.dropout", new Dropout(dropout)),
            placement),
        new ResidualBranch(
            new Named<>("", feedForward),
            new Named<>(pre ? "layernorm_after" : "output.LayerNorm", norm),
            new Named<>("output.dropout", new Dropout(dropout)),
            placement));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Named.parametersOf(first(), second());
  }

  private Named<ResidualBranch> first() {
    return new Named<>("", attention);
  }

  private Named<ResidualBranch> second() {
    return new Named<>("", feedForward);
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BLD) {
    return second().forward(context, first().forward(context, input_BLD));
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BLD) {
    return first().backwardToInput(context, second().backward(context, outputGradient_BLD));
  }
}
