package org.clap4j.encoders.audio.htsat;

import org.clap4j.core.layers.BlockContext;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Cubic interpolation along one axis as PyTorch's bicubic resize does it with aligned corners: new
 * position i lies at i (from - 1) / (to - 1), its four neighbours count by Keys' kernel with a =
 * -0.75, and beyond the ends the last value goes on (Keys 1981). Positions are computed in the
 * arrays' own type: in float that is up to 6e-5 off, as in PyTorch, and embeddings with it, up to
 * 3e-4; weights that were trained so are to give the same embeddings here.
 *
 * @param from number of old positions
 * @param to number of new positions
 */
record CubicStretch(int from, int to) {

  private static final double A = -0.75;

  /** Makes the matrix [to, from] that the old values are multiplied with; scratch. */
  INDArray weights(BlockContext context) {
    INDArray weights = context.scratch(to, from);
    weights.assign(0);
    boolean isDouble = weights.dataType() == DataType.DOUBLE;
    for (int i = 0; i < to; i++) {
      double position = isDouble ? position(i) : floatPosition(i);
      int left = (int) position;
      double[] row = new double[from];
      for (int tap = left - 1; tap <= left + 2; tap++) {
        row[Math.max(0, Math.min(from - 1, tap))] += kernel(Math.abs(position - tap));
      }
      for (int tap = Math.max(0, left - 1); tap <= Math.min(from - 1, left + 2); tap++) {
        weights.putScalar(i, tap, row[tap]);
      }
    }
    return weights;
  }

  private double position(int i) {
    return to > 1 ? i * ((from - 1) / (to - 1.0)) : 0;
  }

  private float floatPosition(int i) {
    return to > 1 ? i * ((from - 1) / (to - 1f)) : 0;
  }

  /** The weight of a value at that distance. */
  private static double kernel(double distance) {
    double d = distance;
    if (d <= 1) {
      return ((A + 2) * d - (A + 3)) * d * d + 1;
    }
    return d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
  }
}
