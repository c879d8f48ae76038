package org.clap4j.core.kernels;

import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Sums over rows that several threads add up, each a range of rows; in the end ranges are added in
 * their order, so that the result never depends on scheduling.
 */
final class ColumnSums {

  private final int columns;
  private final ConcurrentSkipListMap<Long, Part> parts = new ConcurrentSkipListMap<>();

  ColumnSums(int columns) {
    this.columns = columns;
  }

  /** Opens the sums of the range of rows that starts there. */
  Part part(long from) {
    Part part = new Part(columns);
    parts.put(from, part);
    return part;
  }

  /** Adds up all ranges. */
  float[] total() {
    double[] total = new double[columns];
    for (Part part : parts.values()) {
      part.flush();
      for (int j = 0; j < columns; j++) {
        total[j] += part.sums[j];
      }
    }
    float[] rounded = new float[columns];
    for (int j = 0; j < columns; j++) {
      rounded[j] = (float) total[j];
    }
    return rounded;
  }

  /** The sums of one range: floats over a few rows at a time, doubles over all of them. */
  static final class Part {

    private static final int ROWS_IN_FLOAT = 64;

    private final double[] sums;
    private final float[] recent;
    private int rows;

    private Part(int columns) {
      sums = new double[columns];
      recent = new float[columns];
    }

    /** Adds the row that starts at {@code offset}. */
    void add(float[] row, int offset) {
      for (int j = 0; j < recent.length; j++) {
        recent[j] += row[offset + j];
      }
      countRow();
    }

    /** Adds the product of two rows. */
    void addProduct(float[] a, float[] b, int offset) {
      for (int j = 0; j < recent.length; j++) {
        recent[j] += a[offset + j] * b[offset + j];
      }
      countRow();
    }

    private void countRow() {
      if (++rows == ROWS_IN_FLOAT) {
        flush();
      }
    }

    private void flush() {
      for (int j = 0; j < recent.length; j++) {
        sums[j] += recent[j];
        recent[j] = 0;
      }
      rows = 0;
    }
  }
}
