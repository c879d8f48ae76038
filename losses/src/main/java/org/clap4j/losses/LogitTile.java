package org.clap4j.losses;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.clap4j.core.kernels.WorkerPool;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Some rows of the logits, all N columns of them, in the heap as doubles.
 *
 * <p>R: rows of the tile. N: pairs of the batch.
 */
final class LogitTile {

  /** Elements that are worth another thread's while. */
  private static final int GRAIN = 1 << 14;

  private final double[] values;
  private final int columns;
  private int firstRow;
  private int rows;

  LogitTile(int maxRows, int columns) {
    this.values = new double[maxRows * columns];
    this.columns = columns;
  }

  /** Works on rows [from, to) of the tile, with a row's length of scratch. */
  interface RowTask {
    void run(int from, int to, double[] scratch);
  }

  /** The heap array, row-major [R, N]. */
  double[] values() {
    return values;
  }

  /** N. */
  int columns() {
    return columns;
  }

  /** Number of rows in use. */
  int rows() {
    return rows;
  }

  /** Where the tile's first row stands in the whole. */
  int firstRow() {
    return firstRow;
  }

  /**
   * Works on the tile with z_ii = -infinity.
   *
   * @param diagonal takes z_ii of the tile's rows i in their places among N
   */
  void withoutDiagonal(double[] diagonal, Runnable task) {
    for (int r = 0; r < rows; r++) {
      diagonal[firstRow + r] = values[own(r)];
      values[own(r)] = Double.NEGATIVE_INFINITY;
    }
    task.run();
    for (int r = 0; r < rows; r++) {
      values[own(r)] = diagonal[firstRow + r];
    }
  }

  /** Where row r of the tile has its own column. */
  private int own(int r) {
    return r * columns + firstRow + r;
  }

  /** Splits the rows over all threads. */
  void forRows(RowTask task) {
    WorkerPool.shared()
        .forRange(
            rows,
            Math.max(1, GRAIN / columns),
            (from, to) -> task.run((int) from, (int) to, new double[columns]));
  }

  /** Splits the columns over all threads. */
  void forColumns(WorkerPool.RangeTask task) {
    WorkerPool.shared().forRange(columns, Math.max(8, GRAIN / rows), task);
  }

  /** Takes over rows, the first of which is row {@code first} of the whole. */
  void read(int first, INDArray logits_RN) {
    firstRow = first;
    rows = (int) logits_RN.size(0);
    Nd4j.getAffinityManager().ensureLocation(logits_RN, AffinityManager.Location.HOST);
    ByteBuffer bytes = logits_RN.data().asNio();
    if (logits_RN.dataType() == DataType.DOUBLE) {
      bytes.asDoubleBuffer().get(0, values, 0, rows * columns);
      return;
    }
    FloatBuffer floats = bytes.asFloatBuffer();
    forRows(
        (from, to, scratch) -> {
          float[] row = new float[columns];
          for (int r = from; r < to; r++) {
            floats.get(r * columns, row, 0, columns);
            for (int j = 0; j < columns; j++) {
              values[r * columns + j] = row[j];
            }
          }
        });
  }

  /** Hands the rows over to an array of their shape. */
  void write(INDArray gradient_RN) {
    ByteBuffer bytes = gradient_RN.data().asNio();
    if (gradient_RN.dataType() == DataType.DOUBLE) {
      DoubleBuffer doubles = bytes.asDoubleBuffer();
      doubles.put(0, values, 0, rows * columns);
    } else {
      writeFloats(bytes.asFloatBuffer());
    }
    Nd4j.getAffinityManager().tagLocation(gradient_RN, AffinityManager.Location.HOST);
  }

  private void writeFloats(FloatBuffer floats) {
    forRows(
        (from, to, scratch) -> {
          float[] row = new float[columns];
          for (int r = from; r < to; r++) {
            for (int j = 0; j < columns; j++) {
              row[j] = (float) values[r * columns + j];
            }
            floats.put(r * columns, row, 0, columns);
          }
        });
  }
}
