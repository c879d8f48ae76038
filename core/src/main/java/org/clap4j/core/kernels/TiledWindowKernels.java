package org.clap4j.core.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Window kernels in tiled Java, with matrix products by OpenBLAS. Some heads of one window are
 * worked on at a time, in the cache. Their scores lie keys first and the heads side by side, so
 * that the softmax over the keys is element by element along rows of G · T scores, G heads of T
 * queries. Each row is an array of its own: the compiler makes no vector instructions of loops that
 * start somewhere within an array.
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
      INDArray qkv_RE,
      INDArray table_PH,
      @Nullable INDArray probabilities_MHTT,
      INDArray context_RD) {
    HeadGroups groups = new HeadGroups(grid, context_RD, table_PH.size(1));
    HostFloats qkv = HostFloats.of(qkv_RE);
    Rows queries = groups.rows(qkv, 0, 3);
    Rows keys = groups.rows(qkv, 1, 3);
    Rows values = groups.rows(qkv, 2, 3);
    Rows context = groups.rows(HostFloats.of(context_RD), 0, 1);
    @Nullable HostFloats probabilities =
        probabilities_MHTT == null ? null : HostFloats.of(probabilities_MHTT);
    ScoreBias bias = new ScoreBias(groups, HostFloats.of(table_PH).toArray());
    forGroups(
        groups,
        (from, to) -> {
          float[][] scores = groups.newScores();
          float[][] factors = groups.newScores();
          try (HeadColumns q = new HeadColumns(groups);
              HeadColumns k = new HeadColumns(groups);
              HeadColumns v = new HeadColumns(groups);
              HeadColumns result = new HeadColumns(groups);
              HeadScores s = new HeadScores(groups)) {
            for (long i = from; i < to; i++) {
              q.read(queries, i);
              k.read(keys, i);
              v.read(values, i);
              s.write(bias.of(i));
              for (int head = 0; head < groups.size(i); head++) {
                s.product(head, k, q, groups.scale(), 1);
              }
              s.read(scores);
              bias.addMask(i, scores);
              softmaxOverKeys(scores);
              if (probabilities != null) {
                groups.writeScores(probabilities, i, scores);
              }
              if (dropout.acts()) {
                groups.dropoutFactors(dropout, i, factors);
                multiplyInto(scores, factors);
              }
              s.write(scores);
              for (int head = 0; head < groups.size(i); head++) {
                result.product(head, 1, s, true, v);
              }
              result.write(context, i);
            }
          }
        });
  }

  /** Splits the groups over the threads, each of which multiplies by itself. */
  private void forGroups(HeadGroups groups, WorkerPool.RangeTask task) {
    OpenBlas.onCallers(() -> workers.forRange(groups.count(), 1, task));
  }

  /** Turns scores into probabilities, in place. */
  private static void softmaxOverKeys(float[][] scores) {
    int columns = scores[0].length;
    float[] most = scores[0].clone();
    for (float[] ofKey : scores) {
      VectorMath.maxInto(most, ofKey, columns);
    }
    float[] sum = new float[columns];
    float[] powers = new float[columns];
    for (float[] ofKey : scores) {
      VectorMath.subtractFrom(ofKey, most, columns);
      VectorMath.exp(ofKey, ofKey, powers, columns);
      VectorMath.addInto(sum, ofKey, columns);
    }
    for (int j = 0; j < columns; j++) {
      sum[j] = 1 / sum[j];
    }
    for (float[] ofKey : scores) {
      VectorMath.multiplyInto(ofKey, sum, columns);
    }
  }

  @Override
  public void attentionBackward(
      WindowGrid grid,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      INDArray probabilities_MHTT,
      INDArray g_RD,
      INDArray gq_RD,
      INDArray gk_RD,
      INDArray gv_RD,
      INDArray tableGradient_PH) {
    HeadGroups groups = new HeadGroups(grid, g_RD, tableGradient_PH.size(1));
    HostFloats qkv = HostFloats.of(qkv_RE);
    Rows queries = groups.rows(qkv, 0, 3);
    Rows keys = groups.rows(qkv, 1, 3);
    Rows values = groups.rows(qkv, 2, 3);
    Rows outputs = groups.rows(HostFloats.of(g_RD), 0, 1);
    Rows gq = groups.rows(HostFloats.of(gq_RD), 0, 1);
    Rows gk = groups.rows(HostFloats.of(gk_RD), 0, 1);
    Rows gv = groups.rows(HostFloats.of(gv_RD), 0, 1);
    HostFloats probabilities = HostFloats.of(probabilities_MHTT);
    BiasSums biasSums = new BiasSums(groups);
    forGroups(
        groups,
        (from, to) -> {
          float[][] p = groups.newScores();
          float[][] gp = groups.newScores();
          float[][] factors = groups.newScores();
          BiasSums.Part biasPart = biasSums.part(from);
          try (HeadColumns columns = new HeadColumns(groups);
              HeadColumns g = new HeadColumns(groups);
              HeadColumns result = new HeadColumns(groups);
              HeadScores s = new HeadScores(groups)) {
            for (long i = from; i < to; i++) {
              groups.readScores(probabilities, i, p);
              columns.read(values, i);
              g.read(outputs, i);
              for (int head = 0; head < groups.size(i); head++) {
                s.product(head, columns, g, 1, 0);
              }
              s.read(gp);
              if (dropout.acts()) {
                groups.dropoutFactors(dropout, i, factors);
                multiplyInto(gp, factors);
                multiplyInto(factors, p);
                s.write(factors);
              } else {
                s.write(p);
              }
              for (int head = 0; head < groups.size(i); head++) {
                result.product(head, 1, s, false, g);
              }
              result.write(gv, i);

              softmaxBackward(p, gp);
              biasPart.add(groups.group(i), gp);
              s.write(gp);
              columns.read(keys, i);
              for (int head = 0; head < groups.size(i); head++) {
                result.product(head, groups.scale(), s, true, columns);
              }
              result.write(gq, i);
              columns.read(queries, i);
              for (int head = 0; head < groups.size(i); head++) {
                result.product(head, groups.scale(), s, false, columns);
              }
              result.write(gk, i);
            }
          }
        });
    biasSums.writeTo(tableGradient_PH);
  }

  /** gs = p · (gp - Σ over keys gp · p), in place of gp. */
  private static void softmaxBackward(float[][] p, float[][] gp) {
    float[] mean = new float[p[0].length];
    for (int key = 0; key < p.length; key++) {
      addProduct(mean, gp[key], p[key]);
    }
    for (int key = 0; key < p.length; key++) {
      VectorMath.subtractFrom(gp[key], mean, mean.length);
      VectorMath.multiplyInto(gp[key], p[key], mean.length);
    }
  }

  private static void addProduct(float[] sum, float[] a, float[] b) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += a[j] * b[j];
    }
  }

  private static void multiplyInto(float[][] a, float[][] b) {
    for (int row = 0; row < a.length; row++) {
      VectorMath.multiplyInto(a[row], b[row], b[row].length);
    }
  }

  /**
   * Neighbouring heads of one window as work items, group by group and within it window by window,
   * and where they stand in arrays. The last group may have fewer heads than the others; what its
   * absent heads' columns hold is of no effect.
   */
  private static final class HeadGroups {

    /** Columns of scores: long rows for vector instructions, four arrays in the cache. */
    private static final int SCORE_COLUMNS = 256;

    private final WindowGrid grid;
    private final int[] imagePositions;
    private final long windows;
    private final int heads;
    private final int headWidth;
    private final int perGroup;

    HeadGroups(WindowGrid grid, INDArray x_RD, long heads) {
      this.grid = grid;
      this.imagePositions = grid.imagePositions();
      this.windows = x_RD.size(0) / grid.tokens();
      this.heads = Math.toIntExact(heads);
      this.headWidth = Math.toIntExact(x_RD.size(1) / heads);
      this.perGroup = Math.min(this.heads, Math.max(1, SCORE_COLUMNS / grid.tokens()));
    }

    WindowGrid grid() {
      return grid;
    }

    int heads() {
      return heads;
    }

    /** Groups of each window. */
    int groups() {
      return (heads + perGroup - 1) / perGroup;
    }

    long count() {
      return windows * groups();
    }

    /** Which group of its window an item is. */
    int group(long item) {
      return (int) (item / windows);
    }

    /** Heads of an item. */
    int size(long item) {
      return Math.min(perGroup, heads - group(item) * perGroup);
    }

    /** Heads of the largest group. */
    int largest() {
      return perGroup;
    }

    int tokens() {
      return grid.tokens();
    }

    /** Columns of a head. */
    int headWidth() {
      return headWidth;
    }

    /** G · T. */
    int scoreColumns() {
      return perGroup * tokens();
    }

    /** Scores of a group, [T][G · T]. */
    float[][] newScores() {
      return new float[tokens()][scoreColumns()];
    }

    /** The factor of the scores. */
    float scale() {
      return (float) (1 / Math.sqrt(headWidth));
    }

    /** Which window of its image an item belongs to. */
    int window(long item) {
      return (int) (item % windows % grid.windows());
    }

    /** The row of token 0 of an item's image. */
    private long imageRow(long item) {
      return item % windows / grid.windows() * grid.imageTokens();
    }

    /** Rows of several parts of D columns each, one of which the groups are in. */
    Rows rows(HostFloats x, int part, int parts) {
      int width = heads * headWidth;
      return new Rows(x, parts * width, part * width);
    }

    /** Where an item's columns of a token start. */
    long position(Rows rows, long item, int token) {
      long row = imageRow(item) + imagePositions[window(item) * tokens() + token];
      return row * rows.length() + rows.first() + (long) group(item) * perGroup * headWidth;
    }

    /** The number of an item's head among those of all windows. */
    private long number(long item, int head) {
      return item % windows * heads + (long) group(item) * perGroup + head;
    }

    /** Reads an item's scores from an array [M, H, T, T]. */
    void readScores(HostFloats all, long item, float[][] scores) {
      for (int head = 0; head < size(item); head++) {
        long at = number(item, head) * tokens() * tokens();
        for (int key = 0; key < tokens(); key++) {
          all.read(at + (long) key * tokens(), scores[key], head * tokens(), tokens());
        }
      }
    }

    /** Writes an item's scores to an array [M, H, T, T]. */
    void writeScores(HostFloats all, long item, float[][] scores) {
      for (int head = 0; head < size(item); head++) {
        long at = number(item, head) * tokens() * tokens();
        for (int key = 0; key < tokens(); key++) {
          all.write(at + (long) key * tokens(), scores[key], head * tokens(), tokens());
        }
      }
    }

    /** Writes the factors of an item's probabilities. */
    void dropoutFactors(ProbabilityDropout dropout, long item, float[][] into) {
      float[] ofHead = new float[tokens() * tokens()];
      for (int head = 0; head < size(item); head++) {
        dropout.factors(number(item, head), ofHead);
        putHead(ofHead, head, into);
      }
    }

    /** Copies one head's [T, T] to where it stands among the scores of a group. */
    void putHead(float[] ofHead, int head, float[][] scores) {
      for (int key = 0; key < tokens(); key++) {
        System.arraycopy(ofHead, key * tokens(), scores[key], head * tokens(), tokens());
      }
    }
  }

  /**
   * One row for each token of the images, D columns of which are meant.
   *
   * @param floats the rows, one behind the other
   * @param length of a row
   * @param first of the columns
   */
  private record Rows(HostFloats floats, int length, int first) {}

  /** One row for each token of a window, with columns for each head of a group, side by side. */
  private abstract static class HeadMatrix implements AutoCloseable {

    final HeadGroups groups;
    final int width;
    final NativeMatrix matrix;
    final OpenBlas.Operand[] ofHead;
    final OpenBlas.Operand[] transposedOfHead;

    HeadMatrix(HeadGroups groups, int columnsOfHead) {
      this.groups = groups;
      width = groups.largest() * columnsOfHead;
      matrix = new NativeMatrix(groups.tokens(), width);
      ofHead = new OpenBlas.Operand[groups.largest()];
      Arrays.setAll(ofHead, head -> matrix.operand(false).from((long) head * columnsOfHead));
      transposedOfHead = new OpenBlas.Operand[ofHead.length];
      Arrays.setAll(transposedOfHead, head -> ofHead[head].transpose());
    }

    @Override
    public final void close() {
      matrix.close();
    }
  }

  /** What the heads of a group have of a window's tokens, [T, G · D / H]. */
  private static final class HeadColumns extends HeadMatrix {

    HeadColumns(HeadGroups groups) {
      super(groups, groups.headWidth());
    }

    void read(Rows rows, long item) {
      int count = groups.size(item) * groups.headWidth();
      for (int t = 0; t < groups.tokens(); t++) {
        long at = groups.position(rows, item, t);
        matrix.floats().write((long) t * width, rows.floats(), at, count);
      }
    }

    void write(Rows rows, long item) {
      int count = groups.size(item) * groups.headWidth();
      for (int t = 0; t < groups.tokens(); t++) {
        long at = groups.position(rows, item, t);
        rows.floats().write(at, matrix.floats(), (long) t * width, count);
      }
    }

    /** A head's columns become factor · op(its scores) · x. */
    void product(int head, float factor, HeadScores scores, boolean transpose, HeadColumns x) {
      OpenBlas.Operand s = transpose ? scores.transposedOfHead[head] : scores.ofHead[head];
      int tokens = groups.tokens();
      OpenBlas.multiply(
          s, x.ofHead[head], factor, 0, ofHead[head], tokens, groups.headWidth(), tokens);
    }
  }

  /** The scores of a group's heads for one window, keys by queries, [T, G · T]. */
  private static final class HeadScores extends HeadMatrix {

    HeadScores(HeadGroups groups) {
      super(groups, groups.tokens());
    }

    void write(float[][] source) {
      for (int key = 0; key < source.length; key++) {
        matrix.floats().write((long) key * width, source[key], width);
      }
    }

    void read(float[][] target) {
      for (int key = 0; key < target.length; key++) {
        matrix.floats().read((long) key * width, target[key], width);
      }
    }

    /** A head's scores become factor · keys · queriesᵀ + keep · scores. */
    void product(int head, HeadColumns keys, HeadColumns queries, float factor, float keep) {
      int tokens = groups.tokens();
      OpenBlas.multiply(
          keys.ofHead[head],
          queries.transposedOfHead[head],
          factor,
          keep,
          ofHead[head],
          tokens,
          tokens,
          groups.headWidth());
    }
  }

  /** Position biases by group of heads and masks by window, [T, G · T] each. */
  private static final class ScoreBias {

    private final HeadGroups groups;
    private final float[][][] biases;
    private final float[][] @Nullable [] masks;

    ScoreBias(HeadGroups groups, float[] table_PH) {
      this.groups = groups;
      int[] offsetRows = groups.grid().offsetRows();
      float[] ofHead = new float[offsetRows.length];
      biases = new float[groups.groups()][][];
      Arrays.setAll(biases, group -> groups.newScores());
      for (int head = 0; head < groups.heads(); head++) {
        for (int i = 0; i < offsetRows.length; i++) {
          ofHead[i] = table_PH[offsetRows[i] * groups.heads() + head];
        }
        groups.putHead(ofHead, head % groups.largest(), biases[head / groups.largest()]);
      }
      masks = new float[groups.grid().windows()][][];
      for (int n = 0; n < masks.length; n++) {
        float[] mask = groups.grid().mask(n);
        masks[n] = mask == null ? null : ofAllHeads(mask);
      }
    }

    private float[][] ofAllHeads(float[] mask) {
      float[][] all = groups.newScores();
      for (int head = 0; head < groups.largest(); head++) {
        groups.putHead(mask, head, all);
      }
      return all;
    }

    float[][] of(long item) {
      return biases[groups.group(item)];
    }

    void addMask(long item, float[][] scores) {
      float[][] mask = masks[groups.window(item)];
      if (mask != null) {
        for (int key = 0; key < mask.length; key++) {
          VectorMath.addInto(scores[key], mask[key], mask[key].length);
        }
      }
    }
  }

  /** The gradient of the position biases: sums over windows, then over equal offsets. */
  private static final class BiasSums {

    private final HeadGroups groups;
    private final ColumnSums[][] ofGroupAndKey;

    BiasSums(HeadGroups groups) {
      this.groups = groups;
      ofGroupAndKey = new ColumnSums[groups.groups()][groups.tokens()];
      for (ColumnSums[] ofKey : ofGroupAndKey) {
        Arrays.setAll(ofKey, key -> new ColumnSums(groups.scoreColumns()));
      }
    }

    /** Opens the sums of the range of items that starts there. */
    Part part(long from) {
      return new Part(from);
    }

    void writeTo(INDArray tableGradient_PH) {
      int tokens = groups.tokens();
      int[] offsetRows = groups.grid().offsetRows();
      double[] sums_PH = new double[groups.grid().offsets() * groups.heads()];
      for (int key = 0; key < tokens; key++) {
        for (int group = 0; group < groups.groups(); group++) {
          float[] total = ofGroupAndKey[group][key].total();
          int first = group * groups.largest();
          int end = Math.min(groups.heads(), first + groups.largest());
          for (int head = first; head < end; head++) {
            for (int query = 0; query < tokens; query++) {
              int row = offsetRows[key * tokens + query];
              sums_PH[row * groups.heads() + head] += total[(head - first) * tokens + query];
            }
          }
        }
      }
      float[] rounded = new float[sums_PH.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) sums_PH[i];
      }
      HostFloats.of(tableGradient_PH).write(0, rounded, rounded.length);
    }

    /** The sums of one range, which goes through the groups in their order. */
    final class Part {

      private final long from;
      private final ColumnSums.Part[] ofKey = new ColumnSums.Part[groups.tokens()];
      private int group = -1;

      private Part(long from) {
        this.from = from;
      }

      void add(int ofThisGroup, float[][] scoreGradient) {
        if (group != ofThisGroup) {
          group = ofThisGroup;
          Arrays.setAll(ofKey, key -> ofGroupAndKey[group][key].part(from));
        }
        for (int key = 0; key < ofKey.length; key++) {
          ofKey[key].add(scoreGradient[key], 0);
        }
      }
    }
  }
}
