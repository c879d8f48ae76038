package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Scales rows to unit length, see {@link RowNormalization}. [B, D] to [B, D]. */
public record L2Normalize() implements Block {

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BD) {
    INDArray norm_B1 = context.activation(input_BD.size(0), 1);
    norm_B1.assign(RowNormalization.norms(input_BD));
    INDArray output_BD = context.activation(input_BD.shape());
    input_BD.div(norm_B1, output_BD);
    if (context.keepsForBackward()) {
      context.save("norm", norm_B1);
      context.save("output", output_BD);
    }
    return output_BD;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient_BD) {
    INDArray output_BD = context.saved("output");
    INDArray inputGradient_BD = context.inputGradient(output_BD.shape());
    RowNormalization.backward(
        output_BD, context.saved("norm"), outputGradient_BD, inputGradient_BD);
    return inputGradient_BD;
  }

  /** Embeddings have no tokens. */
  @Override
  public boolean passesMask() {
    return false;
  }
}
