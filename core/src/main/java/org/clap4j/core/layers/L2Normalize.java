package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Scales rows to unit length: y = x / max(|x|, 1e-12), as PyTorch's {@code F.normalize}. [B, D] to
 * [B, D].
 *
 * <p>Backward: dx = (g - y (g . y)) / |x|; a row shorter than 1e-12 is only scaled, so dx = g /
 * 1e-12.
 */
public record L2Normalize() implements Block {

  private static final double SMALLEST_NORM = 1e-12;

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input_BD) {
    INDArray norm_B1 = context.activation(input_BD.size(0), 1);
    norm_B1.assign(Transforms.max(input_BD.norm2(true, 1), SMALLEST_NORM, false));
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
    INDArray norm_B1 = context.saved("norm");
    INDArray output_BD = context.saved("output");
    INDArray radial_BD = context.scratch(output_BD.shape());
    outputGradient_BD.mul(output_BD, radial_BD);
    INDArray isScaled_B1 = norm_B1.gt(SMALLEST_NORM).castTo(norm_B1.dataType());
    INDArray along_B1 = radial_BD.sum(true, 1).muli(isScaled_B1);
    output_BD.mul(along_B1, radial_BD);
    INDArray inputGradient_BD = context.inputGradient(output_BD.shape());
    outputGradient_BD.sub(radial_BD, inputGradient_BD);
    return inputGradient_BD.divi(norm_B1);
  }

  /** Embeddings have no tokens. */
  @Override
  public boolean passesMask() {
    return false;
  }
}
