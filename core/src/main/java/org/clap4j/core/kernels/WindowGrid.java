package org.clap4j.core.kernels;

import org.jspecify.annotations.Nullable;

/**
 * How square windows tile an image of tokens after a cyclic shift up and to the left (Liu et al.
 * 2021, Swin Transformer, section 3.2). An image is L = rows · columns tokens, row by row; it holds
 * N windows, row by row, of T = window² tokens each.
 *
 * @param rows rows of the image, a multiple of the window
 * @param columns columns of the image, a multiple of the window
 * @param window side of a window
 * @param shift how far the image is rolled, in [0, window); what wraps around is not to see its new
 *     neighbours
 */
public record WindowGrid(int rows, int columns, int window, int shift) {

  /** What is added to the score of two tokens that a shift has brought together: not infinity. */
  static final float HIDDEN = -100;

  /** Checks that the windows fill the image. */
  public WindowGrid {
    if (window < 1 || rows < 1 || columns < 1 || rows % window != 0 || columns % window != 0) {
      throw new IllegalArgumentException(
          "an image of "
              + rows
              + " x "
              + columns
              + " tokens cannot be cut into windows of side "
              + window);
    }
    if (shift < 0 || shift >= window) {
      throw new IllegalArgumentException("shift must be in [0, " + window + "), was " + shift);
    }
  }

  /** L, tokens of the image. */
  public int imageTokens() {
    return rows * columns;
  }

  /** N, windows of the image. */
  public int windows() {
    return rows / window * (columns / window);
  }

  /** T, tokens of a window. */
  public int tokens() {
    return window * window;
  }

  /** P, rows of the position bias table: one per offset of two tokens of a window. */
  public int offsets() {
    return (2 * window - 1) * (2 * window - 1);
  }

  /** For token t of window n, at [n · T + t]: where it stands in the image. */
  int[] imagePositions() {
    int[] positions = new int[imageTokens()];
    for (int n = 0; n < windows(); n++) {
      for (int t = 0; t < tokens(); t++) {
        int row = (rolledRow(n, t) + shift) % rows;
        int column = (rolledColumn(n, t) + shift) % columns;
        positions[n * tokens() + t] = row * columns + column;
      }
    }
    return positions;
  }

  /** The same for several images one after the other: the row of [R, D] of each token. */
  int[] imageRows(int images) {
    int[] positions = imagePositions();
    int[] rowsOfAll = new int[images * positions.length];
    for (int i = 0; i < rowsOfAll.length; i++) {
      rowsOfAll[i] = i / positions.length * positions.length + positions[i % positions.length];
    }
    return rowsOfAll;
  }

  private int rolledRow(int n, int t) {
    return n / (columns / window) * window + t / window;
  }

  private int rolledColumn(int n, int t) {
    return n % (columns / window) * window + t % window;
  }

  /**
   * For a key and a query of a window, at [key · T + query]: the row of the position bias table,
   * which counts offsets query - key, rows first.
   */
  public int[] offsetRows() {
    int[] offsetRows = new int[tokens() * tokens()];
    for (int key = 0; key < tokens(); key++) {
      for (int query = 0; query < tokens(); query++) {
        int down = query / window - key / window + window - 1;
        int right = query % window - key % window + window - 1;
        offsetRows[key * tokens() + query] = down * (2 * window - 1) + right;
      }
    }
    return offsetRows;
  }

  /**
   * What is added to the scores of a window's tokens, [T · T]: {@link #HIDDEN} where the image's
   * edge lies between them, else 0; null for a window without such an edge.
   */
  float @Nullable [] mask(int n) {
    int last = tokens() - 1;
    if (region(n, 0) == region(n, last)) {
      return null;
    }
    float[] mask = new float[tokens() * tokens()];
    for (int key = 0; key < tokens(); key++) {
      for (int query = 0; query < tokens(); query++) {
        mask[key * tokens() + query] = region(n, key) == region(n, query) ? 0 : HIDDEN;
      }
    }
    return mask;
  }

  /** Which of the four parts that the shift cuts the image into a token of a window belongs to. */
  private int region(int n, int t) {
    int below = rolledRow(n, t) >= rows - shift ? 2 : 0;
    int beyond = rolledColumn(n, t) >= columns - shift ? 1 : 0;
    return below + beyond;
  }
}
