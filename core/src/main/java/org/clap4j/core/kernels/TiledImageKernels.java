package org.clap4j.core.kernels;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Image kernels in tiled Java. Batch norm is split over channels, pooling over planes, so that
 * every sum is made by one thread in one order. Convolutions go by columns where that suits them,
 * else to oneDNN.
 */
final class TiledImageKernels implements ImageKernels {

  private static final int TILE = HostFloats.TILE;

  private final WorkerPool workers;
  private final ColumnConvolution columns;

  TiledImageKernels(WorkerPool workers, DenseKernels products) {
    this.workers = workers;
    this.columns = new ColumnConvolution(workers, products);
  }

  @Override
  public void convolve(
      Convolution2d convolution, INDArray x, INDArray weight, Scratch scratch, INDArray y) {
    if (ColumnConvolution.suits(convolution, x)) {
      columns.forward(convolution, x, weight, scratch, y);
    } else {
      convolution.forward(x, weight, y);
    }
  }

  @Override
  public void convolveBackward(
      Convolution2d convolution,
      INDArray x,
      INDArray weight,
      INDArray g,
      Scratch scratch,
      INDArray gx,
      INDArray weightGradient) {
    if (ColumnConvolution.suits(convolution, x)) {
      columns.backward(convolution, x, weight, g, scratch, gx, weightGradient);
    } else {
      convolution.backward(x, weight, g, gx, weightGradient);
    }
  }

  @Override
  public void batchStatistics(INDArray x_BCS, BatchNormStatistics out) {
    HostFloats x = HostFloats.of(x_BCS);
    HostFloats means = HostFloats.of(out.mean_C());
    HostFloats variances = HostFloats.of(out.variance_C());
    ChannelTiles tiles = ChannelTiles.of(x_BCS);
    workers.forRange(
        tiles.channels(),
        1,
        (from, to) -> {
          float[] tile = new float[TILE];
          for (long c = from; c < to; c++) {
            // Sums of distances from one element: squares of a large mean would drown the variance.
            float origin = x.get(tiles.start(0, c));
            double[] sums = new double[2];
            tiles.forChannel(
                c,
                (at, count) -> {
                  x.read(at, tile, count);
                  subtract(tile, origin, count);
                  sums[0] += VectorMath.sum(tile, 0, count);
                  sums[1] += VectorMath.dot(tile, tile, 0, count);
                });
            double distance = sums[0] / tiles.elementsPerChannel();
            double variance = sums[1] / tiles.elementsPerChannel() - distance * distance;
            means.put(c, (float) (origin + distance));
            variances.put(c, (float) Math.max(0, variance));
          }
        });
  }

  @Override
  public void batchNorm(
      INDArray x_BCS,
      BatchNormStatistics statistics,
      INDArray gain_C,
      INDArray shift_C,
      boolean rectifies,
      INDArray y_BCS) {
    HostFloats x = HostFloats.of(x_BCS);
    HostFloats y = HostFloats.of(y_BCS);
    HostFloats means = HostFloats.of(statistics.mean_C());
    HostFloats variances = HostFloats.of(statistics.variance_C());
    HostFloats gains = HostFloats.of(gain_C);
    HostFloats shifts = HostFloats.of(shift_C);
    float lowest = rectifies ? 0f : Float.NEGATIVE_INFINITY;
    ChannelTiles tiles = ChannelTiles.of(x_BCS);
    workers.forRange(
        tiles.channels(),
        1,
        (from, to) -> {
          float[] tile = new float[TILE];
          for (long c = from; c < to; c++) {
            float mean = means.get(c);
            float slope =
                (float) (gains.get(c) / Math.sqrt(variances.get(c) + statistics.epsilon()));
            float shift = shifts.get(c);
            tiles.forChannel(
                c,
                (at, count) -> {
                  x.read(at, tile, count);
                  normalise(tile, mean, slope, shift, lowest, count);
                  y.write(at, tile, count);
                });
          }
        });
  }

  @Override
  public void batchNormBackward(
      INDArray x_BCS,
      INDArray y_BCS,
      INDArray g_BCS,
      BatchNormStatistics statistics,
      INDArray gain_C,
      boolean rectifies,
      boolean ofThisBatch,
      INDArray gx_BCS,
      INDArray gainGradient_C,
      INDArray shiftGradient_C) {
    HostFloats x = HostFloats.of(x_BCS);
    HostFloats y = HostFloats.of(y_BCS);
    HostFloats g = HostFloats.of(g_BCS);
    HostFloats gx = HostFloats.of(gx_BCS);
    HostFloats means = HostFloats.of(statistics.mean_C());
    HostFloats variances = HostFloats.of(statistics.variance_C());
    HostFloats gains = HostFloats.of(gain_C);
    HostFloats gainGradients = HostFloats.of(gainGradient_C);
    HostFloats shiftGradients = HostFloats.of(shiftGradient_C);
    ChannelTiles tiles = ChannelTiles.of(x_BCS);
    workers.forRange(
        tiles.channels(),
        1,
        (from, to) -> {
          float[] tileX = new float[TILE];
          float[] tileH = new float[TILE];
          float[] tileY = new float[TILE];
          for (long c = from; c < to; c++) {
            float mean = means.get(c);
            double rstd = 1 / Math.sqrt(variances.get(c) + statistics.epsilon());
            double[] sums = new double[2];
            tiles.forChannel(
                c,
                (at, count) -> {
                  x.read(at, tileX, count);
                  readMasked(g, y, rectifies, at, tileH, tileY, count);
                  subtract(tileX, mean, count);
                  sums[0] += VectorMath.sum(tileH, 0, count);
                  sums[1] += VectorMath.dot(tileH, tileX, 0, count);
                });
            shiftGradients.put(c, (float) sums[0]);
            gainGradients.put(c, (float) (sums[1] * rstd));
            double elements = tiles.elementsPerChannel();
            float slope = (float) (gains.get(c) * rstd);
            float towardsMean = ofThisBatch ? (float) (sums[0] / elements) : 0f;
            float towardsSpread = ofThisBatch ? (float) (sums[1] / elements * rstd * rstd) : 0f;
            tiles.forChannel(
                c,
                (at, count) -> {
                  x.read(at, tileX, count);
                  readMasked(g, y, rectifies, at, tileH, tileY, count);
                  centre(tileH, tileX, slope, mean, towardsMean, towardsSpread, count);
                  gx.write(at, tileH, count);
                });
          }
        });
  }

  @Override
  public void averagePool(INDArray x, INDArray y) {
    HostFloats from = HostFloats.of(x);
    HostFloats to = HostFloats.of(y);
    PoolTiles tiles = PoolTiles.of(x);
    workers.forRange(
        tiles.planes(),
        1,
        (first, end) -> {
          float[] large = tiles.newLargeTile();
          float[] small = tiles.newSmallTile();
          for (long plane = first; plane < end; plane++) {
            tiles.forPlane(
                plane,
                (largeAt, smallAt, rows) -> {
                  from.read(largeAt, large, 2 * rows * tiles.width());
                  average(large, small, rows, tiles.width());
                  to.write(smallAt, small, rows * tiles.pooledWidth());
                });
          }
        });
  }

  @Override
  public void averagePoolBackward(INDArray g, INDArray gx) {
    HostFloats from = HostFloats.of(g);
    HostFloats to = HostFloats.of(gx);
    PoolTiles tiles = PoolTiles.of(gx);
    workers.forRange(
        tiles.planes(),
        1,
        (first, end) -> {
          float[] large = tiles.newLargeTile();
          float[] small = tiles.newSmallTile();
          float[] zeros = new float[tiles.width()];
          for (long plane = first; plane < end; plane++) {
            tiles.forPlane(
                plane,
                (largeAt, smallAt, rows) -> {
                  from.read(smallAt, small, rows * tiles.pooledWidth());
                  spread(small, large, rows, tiles.width());
                  to.write(largeAt, large, 2 * rows * tiles.width());
                });
            if (tiles.height() % 2 == 1) {
              to.write(tiles.lastRow(plane), zeros, tiles.width());
            }
          }
        });
  }

  /** Reads g, set to 0 where the rectified y is 0. */
  private static void readMasked(
      HostFloats g,
      HostFloats y,
      boolean rectified,
      long at,
      float[] h,
      float[] scratch,
      int count) {
    g.read(at, h, count);
    if (rectified) {
      y.read(at, scratch, count);
      mask(h, scratch, count);
    }
  }

  /**
   * Multiplies by 1 where y is positive and by 0 where it is 0. JDK 17 compiles {@code ?:} to
   * branches, but minimum and product to vector instructions; a positive y is at least 1e-38.
   */
  private static void mask(float[] h, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      h[i] *= Math.min(1f, y[i] * Float.MAX_VALUE);
    }
  }

  private static void subtract(float[] tile, float value, int count) {
    for (int i = 0; i < count; i++) {
      tile[i] -= value;
    }
  }

  private static void normalise(
      float[] tile, float mean, float slope, float shift, float lowest, int count) {
    for (int i = 0; i < count; i++) {
      tile[i] = Math.max(lowest, (tile[i] - mean) * slope + shift);
    }
  }

  private static void centre(
      float[] h,
      float[] x,
      float slope,
      float mean,
      float towardsMean,
      float towardsSpread,
      int count) {
    for (int i = 0; i < count; i++) {
      h[i] = slope * (h[i] - towardsMean - (x[i] - mean) * towardsSpread);
    }
  }

  private static void average(float[] large, float[] small, int rows, int width) {
    int pooledWidth = width / 2;
    for (int r = 0; r < rows; r++) {
      int upper = 2 * r * width;
      int lower = upper + width;
      int out = r * pooledWidth;
      for (int j = 0; j < pooledWidth; j++) {
        small[out + j] =
            0.25f
                * (large[upper + 2 * j]
                    + large[upper + 2 * j + 1]
                    + large[lower + 2 * j]
                    + large[lower + 2 * j + 1]);
      }
    }
  }

  private static void spread(float[] small, float[] large, int rows, int width) {
    int pooledWidth = width / 2;
    Arrays.fill(large, 0, 2 * rows * width, 0f);
    for (int r = 0; r < rows; r++) {
      int upper = 2 * r * width;
      for (int j = 0; j < pooledWidth; j++) {
        float quarter = 0.25f * small[r * pooledWidth + j];
        large[upper + 2 * j] = quarter;
        large[upper + 2 * j + 1] = quarter;
      }
      System.arraycopy(large, upper, large, upper + width, 2 * pooledWidth);
    }
  }
}
