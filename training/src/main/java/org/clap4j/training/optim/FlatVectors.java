package org.clap4j.training.optim;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Operations on flat vectors that ND4J offers only in a roundabout way. */
final class FlatVectors {

  private FlatVectors() {}

  /** Allocates zeros in the form of another vector, outside of any workspace. */
  static INDArray zerosLike(INDArray vector) {
    return Nd4j.createUninitializedDetached(vector.dataType(), 'c', vector.length()).assign(0);
  }

  /** Replaces every element by its square root. */
  static INDArray squareRoot(INDArray vector) {
    return Transforms.sqrt(vector, false);
  }
}
