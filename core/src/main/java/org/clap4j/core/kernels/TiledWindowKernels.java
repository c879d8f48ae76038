package org.clap4j.core.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Window kernels in tiled Java, with matrix products by OpenBLAS. One head of one window is worked
 * on at a time, in the cache. Scores lie keys first, so that the softmax over the keys of 64
 * queries is element by element.
 */
final class TiledWindowKernels implements WindowKernels {

  private final WorkerPool workers;

  TiledWindowKernels(WorkerPool workers) {
    this.workers = workers;
  }

  @Override
  public void attention(
      WindowGrid grid,
      ProbabilityDropout dropout,
      INDArray q_RD,
      INDArray k_RD,
      INDArray v_RD,
      INDArray table_PH,
      @Nullable INDArray probabilities_MHTT,
      INDArray context_RD) {
    Heads heads = new Heads(grid, q_RD, table_PH.size(1));
    HostFloats q = HostFloats.of(q_RD);
    HostFloats k = HostFloats.of(k_RD);
    HostFloats v = HostFloats.of(v_RD);
    HostFloats context = HostFloats.of(context_RD);
    @Nullable HostFloats probabilities =
        probabilities_MHTT == null ? null : HostFloats.of(probabilities_MHTT);
    ScoreBias bias = new ScoreBias(grid, HostFloats.of(table_PH).toArray());
    int tokens = grid.tokens();
    int width = heads.width();
    forHeads(
        heads,
        (from, to) -> {
          float[] rows = new float[tokens * width];
          float[] scores = new float[tokens * tokens];
          float[] scratch = new float[tokens * tokens];
          try (NativeMatrix a = new NativeMatrix(tokens, width);
              NativeMatrix b = new NativeMatrix(tokens, width);
              NativeMatrix s = new NativeMatrix(tokens, tokens)) {
            for (long i = from; i < to; i++) {
              heads.read(k, i, rows, a);
              heads.read(q, i, rows, b);
              s.multiply(a, false, b, true);
              s.read(scores);
              bias.scaleAndAdd(heads.head(i), heads.window(i), heads.scale(), scores);
              softmaxOverKeys(scores, scratch, tokens);
              if (probabilities != null) {
                probabilities.write(heads.number(i) * scores.length, scores, scores.length);
              }
              if (dropout.acts()) {
                dropout.factors(heads.number(i), scratch);
                VectorMath.multiplyInto(scores, scratch, scores.length);
              }
              s.write(scores);
              heads.read(v, i, rows, a);
              b.multiply(s, true, a, false);
              heads.write(context, i, rows, b);
            }
          }
        });
  }

  /** Splits the heads over the threads, each of which multiplies by itself. */
  private void forHeads(Heads heads, WorkerPool.RangeTask task) {
    OpenBlas.onCallers(() -> workers.forRange(heads.count(), 1, task));
  }

  /** Turns scores [keys, queries] into probabilities, in place. */
  private static void softmaxOverKeys(float[] scores, float[] scratch, int tokens) {
    float[] ofQuery = Arrays.copyOf(scores, tokens);
    for (int row = tokens; row < scores.length; row += tokens) {
      for (int query = 0; query < tokens; query++) {
        ofQuery[query] = Math.max(ofQuery[query], scores[row + query]);
      }
    }
    for (int row = 0; row < scores.length; row += tokens) {
      for (int query = 0; query < tokens; query++) {
        scores[row + query] -= ofQuery[query];
      }
    }
    VectorMath.exp(scores, scores, scratch, scores.length);
    Arrays.fill(ofQuery, 0f);
    for (int row = 0; row < scores.length; row += tokens) {
      for (int query = 0; query < tokens; query++) {
        ofQuery[query] += scores[row + query];
      }
    }
    for (int query = 0; query < tokens; query++) {
      ofQuery[query] = 1 / ofQuery[query];
    }
    for (int row = 0; row < scores.length; row += tokens) {
      for (int query = 0; query < tokens; query++) {
        scores[row + query] *= ofQuery[query];
      }
    }
  }

  @Override
  public void attentionBackward(
      WindowGrid grid,
      ProbabilityDropout dropout,
      INDArray q_RD,
      INDArray k_RD,
      INDArray v_RD,
      INDArray probabilities_MHTT,
      INDArray g_RD,
      INDArray gq_RD,
      INDArray gk_RD,
      INDArray gv_RD,
      INDArray tableGradient_PH) {
    Heads heads = new Heads(grid, q_RD, tableGradient_PH.size(1));
    HostFloats q = HostFloats.of(q_RD);
    HostFloats k = HostFloats.of(k_RD);
    HostFloats v = HostFloats.of(v_RD);
    HostFloats g = HostFloats.of(g_RD);
    HostFloats gq = HostFloats.of(gq_RD);
    HostFloats gk = HostFloats.of(gk_RD);
    HostFloats gv = HostFloats.of(gv_RD);
    HostFloats probabilities = HostFloats.of(probabilities_MHTT);
    int tokens = grid.tokens();
    int width = heads.width();
    BiasSums biasSums = new BiasSums(grid, heads.perWindow());
    forHeads(
        heads,
        (from, to) -> {
          float[] rows = new float[tokens * width];
          float[] p = new float[tokens * tokens];
          float[] gp = new float[tokens * tokens];
          float[] factors = new float[tokens * tokens];
          BiasSums.Part biasPart = biasSums.part(from);
          try (NativeMatrix a = new NativeMatrix(tokens, width);
              NativeMatrix b = new NativeMatrix(tokens, width);
              NativeMatrix s = new NativeMatrix(tokens, tokens)) {
            for (long i = from; i < to; i++) {
              probabilities.read(heads.number(i) * p.length, p, p.length);
              heads.read(v, i, rows, a);
              heads.read(g, i, rows, b);
              s.multiply(a, false, b, true);
              s.read(gp);
              if (dropout.acts()) {
                dropout.factors(heads.number(i), factors);
                VectorMath.multiplyInto(gp, factors, gp.length);
                VectorMath.multiplyInto(factors, p, factors.length);
                s.write(factors);
              } else {
                s.write(p);
              }
              a.multiply(s, false, b, false);
              heads.write(gv, i, rows, a);

              softmaxBackward(p, gp, tokens);
              biasPart.add(heads.head(i), gp);
              multiplyInto(gp, heads.scale());
              s.write(gp);
              heads.read(k, i, rows, a);
              b.multiply(s, true, a, false);
              heads.write(gq, i, rows, b);
              heads.read(q, i, rows, a);
              b.multiply(s, false, a, false);
              heads.write(gk, i, rows, b);
            }
          }
        });
    biasSums.writeTo(tableGradient_PH);
  }

  /** gs = p · (gp - Σ over keys gp · p), in place of gp. */
  private static void softmaxBackward(float[] p, float[] gp, int tokens) {
    float[] mean = new float[tokens];
    for (int row = 0; row < p.length; row += tokens) {
      for (int query = 0; query < tokens; query++) {
        mean[query] += gp[row + query] * p[row + query];
      }
    }
    for (int row = 0; row < p.length; row += tokens) {
      for (int query = 0; query < tokens; query++) {
        gp[row + query] = p[row + query] * (gp[row + query] - mean[query]);
      }
    }
  }

  private static void multiplyInto(float[] a, float factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }

  /**
   * The heads of all windows as work items, head by head and within it window by window, and where
   * their columns stand in arrays [R, D].
   */
  private static final class Heads {

    private final WindowGrid grid;
    private final int[] imagePositions;
    private final long windows;
    private final int perWindow;
    private final int rowLength;

    Heads(WindowGrid grid, INDArray x_RD, long perWindow) {
      this.grid = grid;
      this.imagePositions = grid.imagePositions();
      this.windows = x_RD.size(0) / grid.tokens();
      this.perWindow = Math.toIntExact(perWindow);
      this.rowLength = Math.toIntExact(x_RD.size(1));
    }

    long count() {
      return windows * perWindow;
    }

    int perWindow() {
      return perWindow;
    }

    /** Columns of a head. */
    int width() {
      return rowLength / perWindow;
    }

    /** The factor of the scores. */
    float scale() {
      return (float) (1 / Math.sqrt(width()));
    }

    /** Which head of its window an item is. */
    int head(long item) {
      return (int) (item / windows);
    }

    /** Which window of its image an item belongs to. */
    int window(long item) {
      return (int) (item % windows % grid.windows());
    }

    /** Where an item stands in arrays [M, H, ..]. */
    long number(long item) {
      return item % windows * perWindow + head(item);
    }

    /** Copies an item's columns to [T, D / H] by way of an array of that size. */
    void read(HostFloats x, long item, float[] slice, NativeMatrix matrix) {
      for (int t = 0; t < grid.tokens(); t++) {
        x.read(position(item, t), slice, t * width(), width());
      }
      matrix.write(slice);
    }

    void write(HostFloats x, long item, float[] slice, NativeMatrix matrix) {
      matrix.read(slice);
      for (int t = 0; t < grid.tokens(); t++) {
        x.write(position(item, t), slice, t * width(), width());
      }
    }

    private long position(long item, int t) {
      long image = item % windows / grid.windows();
      long row = image * grid.imageTokens() + imagePositions[window(item) * grid.tokens() + t];
      return row * rowLength + (long) head(item) * width();
    }
  }

  /** Position biases by head and masks by window, [T · T] each. */
  private static final class ScoreBias {

    private final float[][] biases;
    private final float[] @Nullable [] masks;

    ScoreBias(WindowGrid grid, float[] table_PH) {
      int[] offsetRows = grid.offsetRows();
      biases = new float[table_PH.length / grid.offsets()][offsetRows.length];
      for (int head = 0; head < biases.length; head++) {
        for (int i = 0; i < offsetRows.length; i++) {
          biases[head][i] = table_PH[offsetRows[i] * biases.length + head];
        }
      }
      masks = new float[grid.windows()][];
      for (int n = 0; n < masks.length; n++) {
        masks[n] = grid.mask(n);
      }
    }

    void scaleAndAdd(int head, int window, float scale, float[] scores) {
      float[] bias = biases[head];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scores[i] * scale + bias[i];
      }
      float[] mask = masks[window];
      if (mask != null) {
        for (int i = 0; i < scores.length; i++) {
          scores[i] += mask[i];
        }
      }
    }
  }

  /** The gradient of the position biases: sums over windows, then over equal offsets. */
  private static final class BiasSums {

    private final WindowGrid grid;
    private final ColumnSums[] ofHead;

    BiasSums(WindowGrid grid, int heads) {
      this.grid = grid;
      ofHead = new ColumnSums[heads];
      Arrays.setAll(ofHead, head -> new ColumnSums(grid.tokens() * grid.tokens()));
    }

    /** Opens the sums of the range of items that starts there. */
    Part part(long from) {
      return new Part(from);
    }

    void writeTo(INDArray tableGradient_PH) {
      int[] offsetRows = grid.offsetRows();
      double[] sums_PH = new double[grid.offsets() * ofHead.length];
      for (int head = 0; head < ofHead.length; head++) {
        float[] total = ofHead[head].total();
        for (int i = 0; i < total.length; i++) {
          sums_PH[offsetRows[i] * ofHead.length + head] += total[i];
        }
      }
      float[] rounded = new float[sums_PH.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) sums_PH[i];
      }
      HostFloats.of(tableGradient_PH).write(0, rounded, rounded.length);
    }

    /** The sums of one range, which goes through the heads in their order. */
    final class Part {

      private final long from;
      private int head = -1;
      private ColumnSums.@Nullable Part sums;

      private Part(long from) {
        this.from = from;
      }

      void add(int ofThisHead, float[] scoreGradient) {
        if (sums == null || head != ofThisHead) {
          head = ofThisHead;
          sums = ofHead[head].part(from);
        }
        sums.add(scoreGradient, 0);
      }
    }
  }
}
