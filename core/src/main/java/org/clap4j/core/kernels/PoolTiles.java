package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where pairs of rows lie in planes [height, width], and the rows that they are pooled to.
 *
 * @param planes number of planes: images times channels
 * @param height rows of a plane
 * @param width columns of a plane
 */
record PoolTiles(long planes, int height, int width) {

  /** Works on pairs of rows from largeAt, pooled to that many rows from smallAt. */
  @FunctionalInterface
  interface RowsTask {
    void run(long largeAt, long smallAt, int rows);
  }

  static PoolTiles of(INDArray large) {
    int height = Math.toIntExact(large.size(2));
    int width = Math.toIntExact(large.size(3));
    return new PoolTiles(large.size(0) * large.size(1), height, width);
  }

  int pooledHeight() {
    return height / 2;
  }

  int pooledWidth() {
    return width / 2;
  }

  private int rowsPerTile() {
    return Math.max(1, HostFloats.TILE / (2 * width));
  }

  float[] newLargeTile() {
    return new float[2 * rowsPerTile() * width];
  }

  float[] newSmallTile() {
    return new float[rowsPerTile() * pooledWidth()];
  }

  /** Where a plane's last row starts. */
  long lastRow(long plane) {
    return ((plane + 1) * height - 1) * width;
  }

  /** Hands out a plane's pairs of rows; a last odd row is left out. */
  void forPlane(long plane, RowsTask task) {
    for (int row = 0; row < pooledHeight(); row += rowsPerTile()) {
      int rows = Math.min(rowsPerTile(), pooledHeight() - row);
      long largeAt = (plane * height + 2L * row) * width;
      long smallAt = (plane * pooledHeight() + row) * pooledWidth();
      task.run(largeAt, smallAt, rows);
    }
  }
}
