package org.clap4j.training.optim;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums squares in double precision, piece by piece in a fixed order. */
final class SquareSum {

  private static final long PIECE = 1 << 20;

  private SquareSum() {}

  /** The sum of the squares of a vector's slice. */
  static double of(INDArray vector, FlatSlice slice) {
    double sum = 0;
    for (long from = slice.offset(); from < slice.end(); from += PIECE) {
      FlatSlice piece = new FlatSlice(from, Math.min(PIECE, slice.end() - from), false);
      try (INDArray wide = piece.of(vector).castTo(DataType.DOUBLE).dup()) {
        sum += wide.muli(wide).sumNumber().doubleValue();
      }
    }
    return sum;
  }
}
