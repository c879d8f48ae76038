package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Optimiser kernels in tiled Java. */
final class TiledOptimizerKernels implements OptimizerKernels {

  private static final int TILE = HostFloats.TILE;

  private final WorkerPool workers;

  TiledOptimizerKernels(WorkerPool workers) {
    this.workers = workers;
  }

  @Override
  public void adamW(
      INDArray parameters,
      INDArray gradients,
      INDArray firstMoments,
      INDArray secondMoments,
      long from,
      long to,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      long step) {
    float keep = (float) (1 - learningRate * weightDecay);
    float stepSize = (float) (learningRate / (1 - Math.pow(beta1, step)));
    float spreadScale = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
    workers.forRange(
        to - from,
        TILE,
        (begin, end) -> {
          long length = end - begin;
          HostFloats p = HostFloats.of(parameters, from + begin, length);
          HostFloats g = HostFloats.of(gradients, from + begin, length);
          HostFloats m = HostFloats.of(firstMoments, from + begin, length);
          HostFloats v = HostFloats.of(secondMoments, from + begin, length);
          float[] tileP = new float[TILE];
          float[] tileG = new float[TILE];
          float[] tileM = new float[TILE];
          float[] tileV = new float[TILE];
          for (long at = 0; at < length; at += TILE) {
            int count = (int) Math.min(TILE, length - at);
            p.read(at, tileP, count);
            g.read(at, tileG, count);
            m.read(at, tileM, count);
            v.read(at, tileV, count);
            updateMoments(tileG, tileM, tileV, beta1, beta2, count);
            move(tileP, tileM, tileV, keep, stepSize, spreadScale, (float) epsilon, count);
            p.write(at, tileP, count);
            m.write(at, tileM, count);
            v.write(at, tileV, count);
          }
        });
  }

  private static void updateMoments(
      float[] g, float[] m, float[] v, double beta1, double beta2, int count) {
    float keep1 = (float) beta1;
    float keep2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    for (int i = 0; i < count; i++) {
      m[i] = keep1 * m[i] + rest1 * g[i];
    }
    for (int i = 0; i < count; i++) {
      v[i] = keep2 * v[i] + rest2 * g[i] * g[i];
    }
  }

  private static void move(
      float[] p,
      float[] m,
      float[] v,
      float keep,
      float stepSize,
      float spreadScale,
      float epsilon,
      int count) {
    for (int i = 0; i < count; i++) {
      p[i] = p[i] * keep - stepSize * m[i] / ((float) Math.sqrt(v[i]) * spreadScale + epsilon);
    }
  }

  @Override
  public double squareSum(INDArray vector, long from, long to) {
    long length = to - from;
    double[] tileSums = new double[Math.toIntExact((length + TILE - 1) / TILE)];
    workers.forRange(
        length,
        TILE,
        (begin, end) -> {
          HostFloats values = HostFloats.of(vector, from + begin, end - begin);
          float[] tile = new float[TILE];
          for (long at = 0; at < end - begin; at += TILE) {
            int count = (int) Math.min(TILE, end - begin - at);
            values.read(at, tile, count);
            tileSums[(int) ((begin + at) / TILE)] = squareSum(tile, count);
          }
        });
    double sum = 0;
    for (double tileSum : tileSums) {
      sum += tileSum;
    }
    return sum;
  }

  /** Four accumulators, since one would wait for itself. */
  private static double squareSum(float[] x, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (; i < count; i++) {
      a += (double) x[i] * x[i];
    }
    return (a + b) + (c + d);
  }
}
