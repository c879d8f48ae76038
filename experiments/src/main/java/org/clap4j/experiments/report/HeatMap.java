package org.clap4j.experiments.report;

import java.awt.image.BufferedImage;

/** Draws a matrix: dark violet for its least value, over green, to yellow for its greatest. */
public final class HeatMap {

  /** Five colours of the map viridis, evenly spaced; those between are mixed. */
  private static final int[][] VIRIDIS = {
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}
  };

  private HeatMap() {}

  /**
   * Draws a matrix.
   *
   * @param values row 0 on top, at least one row and column
   * @param cell width and height of a value in pixels, at least 1
   */
  public static BufferedImage draw(double[][] values, int cell) {
    return draw(values, cell, cell);
  }

  /**
   * Draws a matrix.
   *
   * @param values row 0 on top, at least one row and column
   * @param width of a value in pixels, at least 1
   * @param height of a value in pixels, at least 1
   */
  public static BufferedImage draw(double[][] values, int width, int height) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (double[] row : values) {
      for (double value : row) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    double range = greatest > least ? greatest - least : 1;
    BufferedImage image =
        new BufferedImage(
            values[0].length * width, values.length * height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, colour((values[y / height][x / width] - least) / range));
      }
    }
    return image;
  }

  /** The colour of a share in [0, 1], as 0xRRGGBB; what is not finite is the least. */
  static int colour(double share) {
    double place = (share > 0 ? Math.min(share, 1) : 0) * (VIRIDIS.length - 1);
    int below = Math.min((int) place, VIRIDIS.length - 2);
    int rgb = 0;
    for (int channel = 0; channel < 3; channel++) {
      double from = VIRIDIS[below][channel];
      double to = VIRIDIS[below + 1][channel];
      rgb = rgb << 8 | (int) Math.round(from + (to - from) * (place - below));
    }
    return rgb;
  }
}
