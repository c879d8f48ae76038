package org.clap4j.core.kernels;

import java.util.Arrays;

/**
 * One element of a convolution's kernel: output position (i, j) sees input (i + down, j + right)
 * through it, or a zero of the padding. Planes are row-major, as high and wide as the output.
 *
 * @param down rows, negative upwards
 * @param right columns, negative to the left
 * @param width columns of a plane
 */
record KernelTap(int down, int right, int width) {

  /** The elements of a kernel whose output has the size of its input, row by row. */
  static KernelTap[] of(Convolution2d convolution, int width) {
    KernelTap[] taps = new KernelTap[convolution.taps()];
    for (int t = 0; t < taps.length; t++) {
      int down = t / convolution.kernelWidth() - convolution.paddingHeight();
      int right = t % convolution.kernelWidth() - convolution.paddingWidth();
      taps[t] = new KernelTap(down, right, width);
    }
    return taps;
  }

  private int distance() {
    return down * width + right;
  }

  private int first(int positions) {
    return Math.min(positions, Math.max(0, -distance()));
  }

  private int end(int positions) {
    return Math.max(first(positions), Math.min(positions, positions - distance()));
  }

  /** Writes what each position sees. */
  void look(float[] plane, float[] seen) {
    int first = first(seen.length);
    int end = end(seen.length);
    Arrays.fill(seen, 0, first, 0f);
    if (first < end) {
      System.arraycopy(plane, first + distance(), seen, first, end - first);
    }
    Arrays.fill(seen, end, seen.length, 0f);
    clearPadding(seen);
  }

  /** Adds to each element what the position that sees it holds; clears what sees padding. */
  void addBack(float[] seen, float[] plane) {
    clearPadding(seen);
    int distance = distance();
    int end = end(seen.length);
    for (int i = first(seen.length); i < end; i++) {
      plane[i + distance] += seen[i];
    }
  }

  /** Left of a row lies the padding, not the end of the row above. */
  private void clearPadding(float[] seen) {
    int columns = Math.min(width, Math.abs(right));
    int from = right > 0 ? width - columns : 0;
    for (int row = 0; row < seen.length; row += width) {
      Arrays.fill(seen, row + from, row + from + columns, 0f);
    }
  }
}
