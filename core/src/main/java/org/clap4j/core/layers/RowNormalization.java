package org.clap4j.core.layers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Rows scaled to unit length: y = x / n, n = max(|x|, 1e-12), as PyTorch's {@code F.normalize}.
 *
 * <p>Backward: dx = (g - y (g . y)) / n; a row shorter than 1e-12 is only scaled, so dx = g / n.
 */
public final class RowNormalization {

  private static final double SMALLEST_NORM = 1e-12;

  private RowNormalization() {}

  /** Computes n [B, 1] of rows [B, D]. */
  public static INDArray norms(INDArray x_BD) {
    return Transforms.max(x_BD.norm2(true, 1), SMALLEST_NORM, false);
  }

  /**
   * Computes the gradient dx.
   *
   * @param y_BD the unit rows
   * @param norm_B1 n
   * @param g_BD gradient of y
   * @param dx_BD takes the result; no other array's memory
   */
  public static void backward(INDArray y_BD, INDArray norm_B1, INDArray g_BD, INDArray dx_BD) {
    g_BD.mul(y_BD, dx_BD);
    INDArray isScaled_B1 = norm_B1.gt(SMALLEST_NORM).castTo(norm_B1.dataType());
    INDArray along_B1 = dx_BD.sum(true, 1).muli(isScaled_B1);
    y_BD.mul(along_B1, dx_BD);
    g_BD.sub(dx_BD, dx_BD);
    dx_BD.divi(norm_B1);
  }
}
