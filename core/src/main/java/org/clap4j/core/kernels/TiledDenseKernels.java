package org.clap4j.core.kernels;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Dense kernels in tiled Java, with matrix products by OpenBLAS. */
final class TiledDenseKernels implements DenseKernels {

  private static final int TILE = HostFloats.TILE;
  private static final float INVERSE_ROOT_2_PI = (float) (1 / Math.sqrt(2 * Math.PI));

  /** From so many multiplications on, ND4J's own operation (oneDNN's) is faster than OpenBLAS's. */
  private static final long MANY_MULTIPLICATIONS = 1 << 22;

  /** Up to so many rows, a product with a weight is as long as the reading of the weight. */
  private static final int FEW_ROWS = 512;

  /** Outputs that a thread works on: a multiple of what OpenBLAS packs together. */
  private static final int OUTPUT_GRAIN = 64;

  private final WorkerPool workers;

  TiledDenseKernels(WorkerPool workers) {
    this.workers = workers;
  }

  @Override
  public void multiply(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    if (out.length() * a.size(transposeA ? 0 : 1) >= MANY_MULTIPLICATIONS) {
      Nd4jDenseKernels.matmul(a, transposeA, b, transposeB, out);
    } else {
      gemm(a, transposeA, b, transposeB, 0, out);
    }
  }

  @Override
  public void multiplyAdd(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    gemm(a, transposeA, b, transposeB, 1, out);
  }

  /** out = op(a) · op(b) + keep · out. */
  private static void gemm(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, float keep, INDArray out) {
    requireFit(a, transposeA, b, transposeB, out);
    OpenBlas.multiply(
        operand(a, transposeA),
        operand(b, transposeB),
        1,
        keep,
        operand(out, false),
        rows(out),
        columns(out),
        Math.toIntExact(a.size(transposeA ? 0 : 1)));
  }

  /** OpenBLAS would read beyond the arrays. */
  private static void requireFit(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out) {
    if (a.size(transposeA ? 1 : 0) != out.size(0)
        || b.size(transposeB ? 1 : 0) != a.size(transposeA ? 0 : 1)
        || b.size(transposeB ? 0 : 1) != out.size(1)) {
      throw new IllegalArgumentException(
          "shapes do not fit: "
              + a.shapeInfoToString()
              + (transposeA ? " transposed" : "")
              + " times "
              + b.shapeInfoToString()
              + (transposeB ? " transposed" : "")
              + " into "
              + out.shapeInfoToString());
    }
  }

  private static OpenBlas.Operand operand(INDArray matrix, boolean transposed) {
    return new OpenBlas.Operand(HostFloats.of(matrix).pointer(), columns(matrix), transposed);
  }

  @Override
  public void linear(INDArray x_RI, INDArray weight_OI, @Nullable INDArray bias_O, INDArray y_RO) {
    boolean isSmall = y_RO.length() * columns(x_RI) < MANY_MULTIPLICATIONS;
    if (rows(x_RI) <= FEW_ROWS && !isSmall) {
      List<INDArray> biases = bias_O == null ? List.of() : List.of(bias_O);
      linearOfFewRows(x_RI, List.of(weight_OI), biases, y_RO);
    } else if (bias_O == null) {
      multiply(x_RI, false, weight_OI, true, y_RO);
    } else if (isSmall) {
      gemm(x_RI, false, weight_OI, true, 0, y_RO);
      addBias(y_RO, bias_O);
    } else {
      Nd4jDenseKernels.matmulPlusBias(x_RI, weight_OI, bias_O, y_RO);
    }
  }

  @Override
  public void linear(
      INDArray x_RI,
      List<INDArray> weights_OI,
      List<INDArray> biases_O,
      Scratch scratch,
      INDArray y_RS) {
    if (rows(x_RI) <= FEW_ROWS) {
      linearOfFewRows(x_RI, weights_OI, biases_O, y_RS);
    } else {
      INDArray weight_SI = scratch.lend(y_RS.size(1), x_RI.size(1));
      INDArray bias_S = scratch.lend(y_RS.size(1));
      join(weights_OI, weight_SI);
      join(biases_O, bias_S);
      linear(x_RI, weight_SI, bias_S, y_RS);
    }
  }

  /** Copies arrays one behind the other. */
  private static void join(List<INDArray> parts, INDArray whole) {
    HostFloats target = HostFloats.of(whole);
    int at = 0;
    for (INDArray part : parts) {
      HostFloats source = HostFloats.of(part);
      target.write(at, source, 0, source.length());
      at += source.length();
    }
  }

  /**
   * Splits the outputs over the threads, each of which reads its part of the weight once. With few
   * rows, reading the weight is what a product spends its time on.
   *
   * @param biases_O one of each weight, or none
   */
  private void linearOfFewRows(
      INDArray x_RI, List<INDArray> weights_OI, List<INDArray> biases_O, INDArray y_RS) {
    int rows = rows(x_RI);
    int inputs = columns(x_RI);
    int outputs = columns(y_RS);
    requireFit(x_RI, weights_OI, y_RS);
    OpenBlas.Operand x = operand(x_RI, false);
    OpenBlas.Operand y = operand(y_RS, false);
    HostFloats sums = HostFloats.of(y_RS);
    float[] bias = new float[outputs];
    int filled = 0;
    for (INDArray part : biases_O) {
      int width = Math.toIntExact(part.length());
      HostFloats.of(part).read(0, bias, filled, width);
      filled += width;
    }
    OpenBlas.onCallers(
        () ->
            workers.forRange(
                outputs,
                outputsOfAThread(outputs),
                (from, to) -> {
                  long start = 0;
                  for (INDArray weight_OI : weights_OI) {
                    long first = Math.max(from, start);
                    int width = (int) (Math.min(to, start + weight_OI.size(0)) - first);
                    if (width > 0) {
                      OpenBlas.Operand weight =
                          operand(weight_OI, true).from((first - start) * inputs);
                      OpenBlas.multiply(x, weight, 1, 0, y.from(first), rows, width, inputs);
                    }
                    start += weight_OI.size(0);
                  }
                  if (!biases_O.isEmpty()) {
                    addToColumns(sums, bias, (int) from, (int) (to - from));
                  }
                }));
  }

  /** All of a thread's share: OpenBLAS packs the input again for each product. */
  private long outputsOfAThread(int outputs) {
    long grains = ((long) outputs + OUTPUT_GRAIN - 1) / OUTPUT_GRAIN;
    return (grains + workers.threads() - 1) / workers.threads() * OUTPUT_GRAIN;
  }

  /** Each weight takes the input, and all outputs fill the result. */
  private static void requireFit(INDArray x_RI, List<INDArray> weights_OI, INDArray y_RS) {
    long outputs = weights_OI.stream().mapToLong(weight -> weight.size(0)).sum();
    boolean inputsFit = weights_OI.stream().allMatch(weight -> weight.size(1) == x_RI.size(1));
    if (!inputsFit || outputs != y_RS.size(1) || x_RI.size(0) != y_RS.size(0)) {
      throw new IllegalArgumentException(
          "shapes do not fit: "
              + x_RI.shapeInfoToString()
              + " times the transposes of "
              + weights_OI.stream().map(INDArray::shapeInfoToString).toList()
              + " into "
              + y_RS.shapeInfoToString());
    }
  }

  /** Adds bias[first, first + width) to those columns of all rows. */
  private static void addToColumns(HostFloats x_RD, float[] bias, int first, int width) {
    float[] row = new float[width];
    float[] part = Arrays.copyOfRange(bias, first, first + width);
    for (long at = first; at < x_RD.length(); at += bias.length) {
      x_RD.read(at, row, width);
      VectorMath.addInto(row, part, width);
      x_RD.write(at, row, width);
    }
  }

  @Override
  public void addBias(INDArray x_RD, INDArray bias_D) {
    forBiasedRows(x_RD, bias_D, (at, tile, scratch, count) -> {});
  }

  @Override
  public void biasGelu(INDArray x_RD, INDArray bias_D, INDArray y_RD) {
    HostFloats y = HostFloats.of(y_RD);
    forBiasedRows(
        x_RD,
        bias_D,
        (at, tile, phi, count) -> {
          VectorMath.normalDistribution(tile, phi, count);
          VectorMath.multiplyInto(phi, tile, count);
          y.write(at, phi, count);
        });
  }

  /** Adds a bias to all rows in place, and hands them on. */
  private void forBiasedRows(INDArray x_RD, INDArray bias_D, TileTask task) {
    HostFloats x = HostFloats.of(x_RD);
    int columns = columns(x_RD);
    int rowsPerTile = Math.max(1, TILE / columns);
    float[] bias = repeated(HostFloats.of(bias_D).toArray(), rowsPerTile);
    workers.forRange(
        rows(x_RD),
        rowGrain(columns),
        (from, to) -> {
          float[] tile = new float[rowsPerTile * columns];
          float[] scratch = new float[rowsPerTile * columns];
          for (long row = from; row < to; row += rowsPerTile) {
            int count = (int) Math.min(rowsPerTile, to - row) * columns;
            x.read(row * columns, tile, count);
            VectorMath.addInto(tile, bias, count);
            x.write(row * columns, tile, count);
            task.run(row * columns, tile, scratch, count);
          }
        });
  }

  @Override
  public void add(INDArray a, INDArray b, INDArray out) {
    HostFloats second = HostFloats.of(b);
    forTiles(
        a,
        out,
        (at, tile, scratch, count) -> {
          second.read(at, scratch, count);
          for (int i = 0; i < count; i++) {
            tile[i] += scratch[i];
          }
        });
  }

  @Override
  public void columnSums(INDArray x_RD, INDArray out_D) {
    HostFloats x = HostFloats.of(x_RD);
    int columns = columns(x_RD);
    ColumnSums sums = new ColumnSums(columns);
    workers.forRange(
        rows(x_RD),
        rowGrain(columns),
        (from, to) -> {
          float[] row = new float[columns];
          ColumnSums.Part part = sums.part(from);
          for (long r = from; r < to; r++) {
            x.read(r * columns, row, columns);
            part.add(row, 0);
          }
        });
    HostFloats.of(out_D).write(0, sums.total(), columns);
  }

  @Override
  public void relu(INDArray x, INDArray y) {
    forTiles(
        x,
        y,
        (at, tile, scratch, count) -> {
          for (int i = 0; i < count; i++) {
            tile[i] = Math.max(0f, tile[i]);
          }
        });
  }

  @Override
  public void reluBackward(INDArray y, INDArray g, INDArray gx) {
    HostFloats outputs = HostFloats.of(y);
    forTiles(
        g,
        gx,
        (at, tile, scratch, count) -> {
          outputs.read(at, scratch, count);
          for (int i = 0; i < count; i++) {
            tile[i] = scratch[i] > 0 ? tile[i] : 0f;
          }
        });
  }

  @Override
  public void gelu(INDArray x, INDArray y) {
    forTiles(
        x,
        y,
        (at, tile, scratch, count) -> {
          VectorMath.normalDistribution(tile, scratch, count);
          VectorMath.multiplyInto(tile, scratch, count);
        });
  }

  @Override
  public void geluBackward(INDArray x, INDArray g, INDArray gx) {
    HostFloats inputs = HostFloats.of(x);
    forTiles(
        g,
        gx,
        (at, tile, v, count) -> {
          float[] phi = new float[count];
          float[] density = new float[count];
          float[] powers = new float[count];
          inputs.read(at, v, count);
          VectorMath.normalDistribution(v, phi, count);
          for (int i = 0; i < count; i++) {
            density[i] = -0.5f * v[i] * v[i];
          }
          VectorMath.exp(density, density, powers, count);
          for (int i = 0; i < count; i++) {
            tile[i] *= phi[i] + v[i] * density[i] * INVERSE_ROOT_2_PI;
          }
        });
  }

  @Override
  public void geluTanh(INDArray x, INDArray y) {
    forTiles(
        x,
        y,
        (at, tile, scratch, count) -> {
          float[] sigmoid = new float[count];
          VectorMath.geluSigmoid(tile, sigmoid, scratch, count);
          VectorMath.multiplyInto(tile, sigmoid, count);
        });
  }

  @Override
  public void geluTanhBackward(INDArray x, INDArray g, INDArray gx) {
    HostFloats inputs = HostFloats.of(x);
    forTiles(
        g,
        gx,
        (at, tile, v, count) -> {
          float[] sigmoid = new float[count];
          float[] scratch = new float[count];
          inputs.read(at, v, count);
          VectorMath.geluSigmoid(v, sigmoid, scratch, count);
          for (int i = 0; i < count; i++) {
            float slope = v[i] * (1f + 3f * VectorMath.GELU_CUBE * v[i] * v[i]);
            float s = sigmoid[i];
            tile[i] *= s + VectorMath.GELU_SCALE * slope * s * (1f - s);
          }
        });
  }

  @Override
  public void tanh(INDArray x, INDArray y) {
    forTiles(
        x,
        y,
        (at, tile, scratch, count) -> {
          for (int i = 0; i < count; i++) {
            tile[i] = (float) Math.tanh(tile[i]);
          }
        });
  }

  @Override
  public void tanhBackward(INDArray y, INDArray g, INDArray gx) {
    HostFloats outputs = HostFloats.of(y);
    forTiles(
        g,
        gx,
        (at, tile, v, count) -> {
          outputs.read(at, v, count);
          for (int i = 0; i < count; i++) {
            tile[i] *= 1f - v[i] * v[i];
          }
        });
  }

  @Override
  public void sigmoidMix(INDArray a, INDArray b, INDArray z, INDArray y) {
    HostFloats first = HostFloats.of(a);
    HostFloats second = HostFloats.of(b);
    forTiles(
        z,
        y,
        (at, tile, scratch, count) -> {
          float[] from = new float[count];
          VectorMath.sigmoid(tile, tile, scratch, count);
          first.read(at, scratch, count);
          second.read(at, from, count);
          for (int i = 0; i < count; i++) {
            tile[i] = 2f * (tile[i] * (scratch[i] - from[i]) + from[i]);
          }
        });
  }

  @Override
  public void sigmoidMixBackward(
      INDArray a, INDArray b, INDArray z, INDArray g, INDArray ga, INDArray gb, INDArray gz) {
    HostFloats first = HostFloats.of(a);
    HostFloats second = HostFloats.of(b);
    HostFloats outputs = HostFloats.of(g);
    HostFloats toFirst = HostFloats.of(ga);
    HostFloats toSecond = HostFloats.of(gb);
    forTiles(
        z,
        gz,
        (at, tile, scratch, count) -> {
          float[] difference = new float[count];
          float[] twice = new float[count];
          first.read(at, difference, count);
          second.read(at, scratch, count);
          outputs.read(at, twice, count);
          for (int i = 0; i < count; i++) {
            difference[i] -= scratch[i];
            twice[i] *= 2f;
          }
          VectorMath.sigmoid(tile, tile, scratch, count);
          for (int i = 0; i < count; i++) {
            scratch[i] = tile[i] * twice[i];
          }
          toFirst.write(at, scratch, count);
          for (int i = 0; i < count; i++) {
            float rest = (1f - tile[i]) * twice[i];
            scratch[i] = rest;
            tile[i] *= rest * difference[i];
          }
          toSecond.write(at, scratch, count);
        });
  }

  @Override
  public void layerNorm(
      INDArray x_RD,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R) {
    HostFloats x = HostFloats.of(x_RD);
    normRows(
        (at, row, scratch, count) -> x.read(at, row, count),
        gain_D,
        bias_D,
        epsilon,
        y_RD,
        mean_R,
        rstd_R);
  }

  @Override
  public void addLayerNorm(
      INDArray a_RD,
      INDArray b_RD,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray sum_RD,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R) {
    HostFloats a = HostFloats.of(a_RD);
    HostFloats b = HostFloats.of(b_RD);
    HostFloats sum = HostFloats.of(sum_RD);
    normRows(
        (at, row, scratch, count) -> {
          a.read(at, row, count);
          b.read(at, scratch, count);
          VectorMath.addInto(row, scratch, count);
          sum.write(at, row, count);
        },
        gain_D,
        bias_D,
        epsilon,
        y_RD,
        mean_R,
        rstd_R);
  }

  /**
   * Normalises rows.
   *
   * @param source fills a row
   */
  private void normRows(
      TileTask source,
      INDArray gain_D,
      INDArray bias_D,
      double epsilon,
      INDArray y_RD,
      INDArray mean_R,
      INDArray rstd_R) {
    HostFloats y = HostFloats.of(y_RD);
    HostFloats means = HostFloats.of(mean_R);
    HostFloats rstds = HostFloats.of(rstd_R);
    float[] gain = HostFloats.of(gain_D).toArray();
    float[] bias = HostFloats.of(bias_D).toArray();
    int columns = columns(y_RD);
    workers.forRange(
        rows(y_RD),
        rowGrain(columns),
        (from, to) -> {
          float[] row = new float[columns];
          float[] scratch = new float[columns];
          for (long r = from; r < to; r++) {
            source.run(r * columns, row, scratch, columns);
            float mean = VectorMath.sum(row, 0, columns) / columns;
            for (int j = 0; j < columns; j++) {
              row[j] -= mean;
            }
            double variance = VectorMath.dot(row, row, 0, columns) / (double) columns;
            float rstd = (float) (1 / Math.sqrt(variance + epsilon));
            for (int j = 0; j < columns; j++) {
              row[j] = row[j] * rstd * gain[j] + bias[j];
            }
            y.write(r * columns, row, columns);
            means.put(r, mean);
            rstds.put(r, rstd);
          }
        });
  }

  @Override
  public void layerNormBackward(
      INDArray x_RD,
      INDArray g_RD,
      INDArray gain_D,
      INDArray mean_R,
      INDArray rstd_R,
      INDArray gx_RD,
      INDArray gainGradient_D,
      INDArray biasGradient_D) {
    HostFloats x = HostFloats.of(x_RD);
    HostFloats g = HostFloats.of(g_RD);
    HostFloats gx = HostFloats.of(gx_RD);
    HostFloats means = HostFloats.of(mean_R);
    HostFloats rstds = HostFloats.of(rstd_R);
    float[] gain = HostFloats.of(gain_D).toArray();
    int columns = columns(x_RD);
    ColumnSums gainSums = new ColumnSums(columns);
    ColumnSums biasSums = new ColumnSums(columns);
    workers.forRange(
        rows(x_RD),
        rowGrain(columns),
        (from, to) -> {
          float[] n = new float[columns];
          float[] h = new float[columns];
          ColumnSums.Part gainPart = gainSums.part(from);
          ColumnSums.Part biasPart = biasSums.part(from);
          for (long r = from; r < to; r++) {
            x.read(r * columns, n, columns);
            g.read(r * columns, h, columns);
            float mean = means.get(r);
            float rstd = rstds.get(r);
            for (int j = 0; j < columns; j++) {
              n[j] = (n[j] - mean) * rstd;
            }
            gainPart.addProduct(h, n, 0);
            biasPart.add(h, 0);
            VectorMath.multiplyInto(h, gain, columns);
            float meanH = VectorMath.sum(h, 0, columns) / columns;
            float meanProduct = VectorMath.dot(h, n, 0, columns) / columns;
            for (int j = 0; j < columns; j++) {
              h[j] = rstd * (h[j] - meanH - n[j] * meanProduct);
            }
            gx.write(r * columns, h, columns);
          }
        });
    HostFloats.of(gainGradient_D).write(0, gainSums.total(), columns);
    HostFloats.of(biasGradient_D).write(0, biasSums.total(), columns);
  }

  @Override
  public void dropout(INDArray x, double rate, long seed, INDArray y) {
    DropoutMask mask = new DropoutMask(rate, seed);
    float scale = (float) mask.scale();
    forTiles(
        x,
        y,
        (at, tile, factors, count) -> {
          mask.fill(at / TILE, factors, count);
          for (int i = 0; i < count; i++) {
            tile[i] *= factors[i] * scale;
          }
        });
  }

  /** Works on a tile, elements [at, at + count), in place; scratch is free for use. */
  @FunctionalInterface
  private interface TileTask {
    void run(long at, float[] tile, float[] scratch, int count);
  }

  /** Reads each tile of x, works on it and writes it to y. */
  private void forTiles(INDArray x, INDArray y, TileTask task) {
    HostFloats in = HostFloats.of(x);
    HostFloats out = HostFloats.of(y);
    workers.forRange(
        x.length(),
        TILE,
        (from, to) -> {
          float[] tile = new float[TILE];
          float[] scratch = new float[TILE];
          for (long at = from; at < to; at += TILE) {
            int count = (int) Math.min(TILE, to - at);
            in.read(at, tile, count);
            task.run(at, tile, scratch, count);
            out.write(at, tile, count);
          }
        });
  }

  /** The compiler makes vector instructions of one long loop, not of one within each row. */
  private static float[] repeated(float[] row, int times) {
    float[] all = new float[times * row.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(row, 0, all, i * row.length, row.length);
    }
    return all;
  }

  private static int rows(INDArray x_RD) {
    return Math.toIntExact(x_RD.size(0));
  }

  private static int columns(INDArray x_RD) {
    return Math.toIntExact(x_RD.size(1));
  }

  /** Rows that are worth a thread's start. */
  private static int rowGrain(int columns) {
    return Math.max(1, 4 * TILE / columns);
  }
}
