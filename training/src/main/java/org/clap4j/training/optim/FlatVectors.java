package org.clap4j.training.optim;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on flat vectors. */
final class FlatVectors {

  private FlatVectors() {}

  /** Allocates zeros in the form of another vector, outside of any workspace. */
  static INDArray zerosLike(INDArray vector) {
    return Nd4j.createUninitializedDetached(vector.dataType(), 'c', vector.length()).assign(0);
  }

  /** x = factor x. */
  static void scale(INDArray x, double factor) {
    if (factor != 1) {
      x.muli(factor);
    }
  }

  /** x = x + factor y. */
  static void addScaled(INDArray x, double factor, INDArray y) {
    try (INDArray scaled = y.mul(factor)) {
      x.addi(scaled);
    }
  }
}
