package org.clap4j.losses;

import java.util.Arrays;

/**
 * log sum exp of every row and column of some multiple of the logits, gathered tile by tile: a row
 * is complete in its tile; a column keeps its running maximum and the sum of exponentials relative
 * to it. Logits of -infinity do not count; a row or column of nothing else gives -infinity.
 */
final class LogSumExps {

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
    addRows(tile);
    tile.forColumns((from, to) -> addColumns(tile, (int) from, (int) to));
  }

  /** Adds to the rows alone, where nobody asks for the columns. */
  void addRows(LogitTile tile) {
    tile.forRows((from, to, scratch) -> addRows(tile, from, to, scratch));
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

  private void addRows(LogitTile tile, int from, int to, double[] scratch) {
    double[] z = tile.values();
    int n = tile.columns();
    for (int r = from; r < to; r++) {
      int start = r * n;
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        max = Math.max(max, z[start + j]);
      }
      if (max == Double.NEGATIVE_INFINITY) {
        rows[tile.firstRow() + r] = max;
        continue;
      }
      for (int j = 0; j < n; j++) {
        scratch[j] = factor * (z[start + j] - max);
      }
      exponential.apply(scratch, n);
      rows[tile.firstRow() + r] = factor * max + Math.log(sum(scratch, n));
    }
  }

  private void addColumns(LogitTile tile, int from, int to) {
    double[] z = tile.values();
    int n = tile.columns();
    int width = to - from;
    double[] max = Arrays.copyOfRange(columnMax, from, to);
    for (int r = 0; r < tile.rows(); r++) {
      int start = r * n + from;
      for (int j = 0; j < width; j++) {
        max[j] = Math.max(max[j], z[start + j]);
      }
    }
    double[] sum = new double[width];
    double[] origin = max.clone();
    for (int j = 0; j < width; j++) {
      origin[j] = max[j] == Double.NEGATIVE_INFINITY ? 0 : max[j];
      sum[j] = columnSum[from + j] * Math.exp(factor * (columnMax[from + j] - origin[j]));
    }
    double[] scratch = new double[width];
    for (int r = 0; r < tile.rows(); r++) {
      int start = r * n + from;
      for (int j = 0; j < width; j++) {
        scratch[j] = factor * (z[start + j] - origin[j]);
      }
      exponential.apply(scratch, width);
      for (int j = 0; j < width; j++) {
        sum[j] += scratch[j];
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
