package org.clap4j.training.optim;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Elements [offset, offset + length) of a flat vector.
 *
 * @param offset index of the first element
 * @param length number of elements, at least 1
 * @param decays whether weight decay applies to them
 */
public record FlatSlice(long offset, long length, boolean decays) {

  /** Checks the ranges. */
  public FlatSlice {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException(
          "a slice needs offset >= 0 and length >= 1, had " + offset + " and " + length);
    }
  }

  /** One past the index of the last element. */
  public long end() {
    return offset + length;
  }

  /** The slice as a view of a vector [n]. */
  public INDArray of(INDArray vector) {
    return vector.get(NDArrayIndex.interval(offset, end()));
  }
}
