package org.clap4j.core.weights;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The piece of an array that is one parameter.
 *
 * @param parameter the parameter's name
 * @param transposed whether the array's rows are the parameter's columns
 * @param index which of the equal pieces that the array, turned first, is cut into along its rows
 * @param count how many such pieces there are
 */
public record WeightPiece(String parameter, boolean transposed, int index, int count) {

  /** Checks the numbers. */
  public WeightPiece {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "a piece's index must be in [0, " + count + "), was " + index);
    }
  }

  WeightPiece under(String prefix) {
    return new WeightPiece(prefix + parameter, transposed, index, count);
  }

  /** The shape that an array must have to hold a parameter of a shape as this piece. */
  public long[] arrayShape(long... parameterShape) {
    long[] shape = parameterShape.clone();
    if (count > 1) {
      shape[0] *= count;
    }
    if (transposed && shape.length == 2) {
      return new long[] {shape[1], shape[0]};
    }
    return shape;
  }

  /** Cuts the piece out of its array: a view. */
  public INDArray of(INDArray array) {
    INDArray turned = transposed && array.rank() == 2 ? array.transpose() : array;
    if (count == 1) {
      return turned;
    }
    long rows = turned.size(0) / count;
    return turned.get(NDArrayIndex.interval(index * rows, (index + 1) * rows));
  }
}
