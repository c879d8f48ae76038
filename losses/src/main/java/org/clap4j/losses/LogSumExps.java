package org.clap4j.losses;

import java.util.Arrays;

/**
 * log sum exp of every row and column of some multiple of the logits, gathered tile by tile: a row
 * is complete in its tile; a column keeps its running maximum and the sum of exponentials relative
 * to it. Logits of -infinity do not count; a row or column of nothing else gives -infinity.
 */
final class LogSumExps {

  /** Columns of a tile that are read twice in turn: few enough to be in the cache still. */
  private static final int STRIPE = 256;

  private final double factor;
  private final Exponential exponential;
  private final double[] rows;
  private final double[] columnMax;
  private final double[] columnSum;

  LogSumExps(int size, Exponential exponential) {
    this(size, 1, exponential);
  }

  /**
   * Starts with no tile.
   *
   * @param size N
   * @param factor above 0, what logits are multiplied with
   */
  LogSumExps(int size, double factor, Exponential exponential) {
    this.factor = factor;
    this.exponential = exponential;
    rows = new double[size];
    columnMax = new double[size];
    Arrays.fill(columnMax, Double.NEGATIVE_INFINITY);
    columnSum = new double[size];
  }

  void add(LogitTile tile) {
    tile.forRows(this::addRow);
    addColumns(tile);
  }

  /** The softmaxes that these are the denominators of, once all tiles were added. */
  Softmaxes softmaxes() {
    return new Softmaxes(factor, rows, columns(), exponential);
  }

  /** log sum_j exp(factor z_ij) of every row i. */
  double[] rows() {
    return rows;
  }

  /** log sum_i exp(factor z_ij) of every column j, once all tiles were added. */
  double[] columns() {
    double[] columns = new double[columnMax.length];
    for (int j = 0; j < columns.length; j++) {
      columns[j] = factor * columnMax[j] + Math.log(columnSum[j]);
    }
    return columns;
  }

  /**
   * Adds row i, where the tile's columns are added by {@link #addColumns}, or nobody asks for them.
   *
   * @param scratch of the row's length
   */
  void addRow(int i, double[] z, double[] scratch) {
    int n = z.length;
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      max = Math.max(max, z[j]);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      rows[i] = max;
      return;
    }
    for (int j = 0; j < n; j++) {
      scratch[j] = factor * (z[j] - max);
    }
    exponential.exp(scratch, n);
    rows[i] = factor * max + Math.log(sum(scratch, n));
  }

  /** Adds to the columns alone. */
  void addColumns(LogitTile tile) {
    tile.forColumns(
        (from, to) -> {
          double[] z = new double[STRIPE];
          for (int start = from; start < to; start += STRIPE) {
            addColumns(tile, start, Math.min(to, start + STRIPE), z);
          }
        });
  }

  private void addColumns(LogitTile tile, int from, int to, double[] z) {
    int width = to - from;
    double[] max = Arrays.copyOfRange(columnMax, from, to);
    for (int i = tile.firstRow(); i < tile.endRow(); i++) {
      tile.read(i, from, to, z);
      for (int j = 0; j < width; j++) {
        max[j] = Math.max(max[j], z[j]);
      }
    }
    double[] sum = new double[width];
    double[] origin = max.clone();
    for (int j = 0; j < width; j++) {
      origin[j] = max[j] == Double.NEGATIVE_INFINITY ? 0 : max[j];
      sum[j] = columnSum[from + j] * Math.exp(factor * (columnMax[from + j] - origin[j]));
    }
    for (int i = tile.firstRow(); i < tile.endRow(); i++) {
      tile.read(i, from, to, z);
      for (int j = 0; j < width; j++) {
        z[j] = factor * (z[j] - origin[j]);
      }
      exponential.exp(z, width);
      for (int j = 0; j < width; j++) {
        sum[j] += z[j];
      }
    }
    System.arraycopy(max, 0, columnMax, from, width);
    System.arraycopy(sum, 0, columnSum, from, width);
  }

  /** Sums by four partial sums, which do not wait for each other. */
  static double sum(double[] x, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < length; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }
}
