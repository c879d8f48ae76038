package org.clap4j.core.layers;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Views arrays [.., D] as matrices: what linear layers and norms work on. */
final class Rows {

  private Rows() {}

  /** Views [.., D] as [R, D]; copies only what is not row-major. */
  static INDArray of(INDArray array) {
    long width = array.size(-1);
    return array.reshape('c', array.length() / width, width);
  }

  /** The shape of an array with another width. */
  static long[] shape(INDArray array, long width) {
    long[] shape = array.shape().clone();
    shape[shape.length - 1] = width;
    return shape;
  }
}
