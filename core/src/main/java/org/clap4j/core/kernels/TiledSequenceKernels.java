package org.clap4j.core.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sequence kernels in tiled Java. Attention works on one head of one sequence at a time, whose
 * scores stay in the cache; heads are never split and merged in memory, OpenBLAS reads them as they
 * lie.
 */
final class TiledSequenceKernels implements SequenceKernels {

  /** Rows that are worth a thread's start. */
  private static final int ROW_GRAIN = 16;

  private final WorkerPool workers;

  TiledSequenceKernels(WorkerPool workers) {
    this.workers = workers;
  }

  @Override
  public void lookUp(INDArray[] tables_VD, int[][] rows, INDArray out_RD) {
    HostFloats[] tables = Arrays.stream(tables_VD).map(HostFloats::of).toArray(HostFloats[]::new);
    HostFloats out = HostFloats.of(out_RD);
    int width = Math.toIntExact(out_RD.size(1));
    workers.forRange(
        out_RD.size(0),
        ROW_GRAIN,
        (from, to) -> {
          float[] sum = new float[width];
          float[] row = new float[width];
          for (long r = from; r < to; r++) {
            tables[0].read((long) rows[0][(int) r] * width, sum, width);
            for (int k = 1; k < tables.length; k++) {
              tables[k].read((long) rows[k][(int) r] * width, row, width);
              addInto(sum, row);
            }
            out.write(r * width, sum, width);
          }
        });
  }

  @Override
  public void scatterAdd(INDArray g_RD, int[] rows, INDArray tableGradient_VD) {
    tableGradient_VD.assign(0);
    HostFloats g = HostFloats.of(g_RD);
    HostFloats table = HostFloats.of(tableGradient_VD);
    int width = Math.toIntExact(g_RD.size(1));
    float[] sum = new float[width];
    float[] row = new float[width];
    for (int r = 0; r < rows.length; r++) {
      long at = (long) rows[r] * width;
      table.read(at, sum, width);
      g.read((long) r * width, row, width);
      addInto(sum, row);
      table.write(at, sum, width);
    }
  }

  private static void addInto(float[] sum, float[] row) {
    for (int j = 0; j < row.length; j++) {
      sum[j] += row[j];
    }
  }

  @Override
  public void attention(
      AttentionShape shape,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      @Nullable INDArray mask_BL,
      @Nullable INDArray probabilities_BHLL,
      INDArray context_RD) {
    Heads heads = new Heads(shape);
    OpenBlas.Operand q = heads.operand(qkv_RE);
    OpenBlas.Operand k = q.from(shape.width());
    OpenBlas.Operand v = k.from(shape.width());
    OpenBlas.Operand context = heads.operand(context_RD);
    @Nullable HostFloats probabilities =
        probabilities_BHLL == null ? null : HostFloats.of(probabilities_BHLL);
    float @Nullable [] mask = mask_BL == null ? null : HostFloats.of(mask_BL).toArray();
    int tokens = shape.tokens();
    int headWidth = shape.headWidth();
    float scale = (float) shape.scale();
    heads.forEach(
        (from, to) -> {
          float[] scores = new float[tokens * tokens];
          float[] scratch = new float[tokens * tokens];
          try (NativeMatrix p = new NativeMatrix(tokens, tokens)) {
            OpenBlas.Operand p_LL = p.operand(false);
            for (long head = from; head < to; head++) {
              long at = heads.position(head, shape.width());
              long projected = heads.position(head, 3 * shape.width());
              OpenBlas.multiply(
                  q.from(projected),
                  k.from(projected).transpose(),
                  scale,
                  0,
                  p_LL,
                  tokens,
                  tokens,
                  headWidth);
              p.read(scores);
              softmaxOfVisible(shape, mask, (int) (head / shape.heads()), scores, scratch);
              if (probabilities != null) {
                probabilities.write(head * tokens * tokens, scores, tokens * tokens);
              }
              if (dropout.acts()) {
                dropout.factors(head, scratch);
                VectorMath.multiplyInto(scores, scratch, scores.length);
              }
              p.write(scores);
              OpenBlas.multiply(
                  p_LL, v.from(projected), 1, 0, context.from(at), tokens, headWidth, tokens);
            }
          }
        });
  }

  /** Turns the scores of one head into probabilities, in place. */
  private static void softmaxOfVisible(
      AttentionShape shape,
      float @Nullable [] mask,
      int sequence,
      float[] scores,
      float[] scratch) {
    int tokens = shape.tokens();
    for (int query = 0; query < tokens; query++) {
      int row = query * tokens;
      float max = Float.NEGATIVE_INFINITY;
      for (int key = 0; key < tokens; key++) {
        if (!sees(shape, mask, sequence, query, key)) {
          scores[row + key] = Float.NEGATIVE_INFINITY;
        }
        max = Math.max(max, scores[row + key]);
      }
      float highest = Math.max(max, -Float.MAX_VALUE);
      for (int key = row; key < row + tokens; key++) {
        scores[key] -= highest;
      }
    }
    VectorMath.exp(scores, scores, scratch, tokens * tokens);
    for (int query = 0; query < tokens; query++) {
      int row = query * tokens;
      clearHidden(shape, mask, sequence, query, scores);
      float sum = VectorMath.sum(scores, row, tokens);
      float factor = sum > 0 ? 1 / sum : 0;
      for (int key = row; key < row + tokens; key++) {
        scores[key] *= factor;
      }
    }
  }

  /** What exp leaves of hidden tokens is small, but not 0. */
  private static void clearHidden(
      AttentionShape shape, float @Nullable [] mask, int sequence, int query, float[] scores) {
    if (mask == null && !shape.causal()) {
      return;
    }
    int row = query * shape.tokens();
    for (int key = 0; key < shape.tokens(); key++) {
      if (!sees(shape, mask, sequence, query, key)) {
        scores[row + key] = 0;
      }
    }
  }

  private static boolean sees(
      AttentionShape shape, float @Nullable [] mask, int sequence, int query, int key) {
    return (mask == null || mask[sequence * shape.tokens() + key] != 0)
        && !(shape.causal() && key > query);
  }

  @Override
  public void attentionBackward(
      AttentionShape shape,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      INDArray probabilities_BHLL,
      INDArray g_RD,
      INDArray gq_RD,
      INDArray gk_RD,
      INDArray gv_RD) {
    Heads heads = new Heads(shape);
    OpenBlas.Operand q = heads.operand(qkv_RE);
    OpenBlas.Operand k = q.from(shape.width());
    OpenBlas.Operand v = k.from(shape.width());
    OpenBlas.Operand g = heads.operand(g_RD);
    OpenBlas.Operand gq = heads.operand(gq_RD);
    OpenBlas.Operand gk = heads.operand(gk_RD);
    OpenBlas.Operand gv = heads.operand(gv_RD);
    HostFloats probabilities = HostFloats.of(probabilities_BHLL);
    int tokens = shape.tokens();
    int headWidth = shape.headWidth();
    heads.forEach(
        (from, to) -> {
          float[] p = new float[tokens * tokens];
          float[] gp = new float[tokens * tokens];
          float[] factors = new float[dropout.acts() ? tokens * tokens : 0];
          try (NativeMatrix s = new NativeMatrix(tokens, tokens)) {
            OpenBlas.Operand s_LL = s.operand(false);
            for (long head = from; head < to; head++) {
              long at = heads.position(head, shape.width());
              long projected = heads.position(head, 3 * shape.width());
              probabilities.read(head * tokens * tokens, p, tokens * tokens);
              OpenBlas.multiply(
                  g.from(at), v.from(projected).transpose(), 1, 0, s_LL, tokens, tokens, headWidth);
              s.read(gp);
              if (dropout.acts()) {
                dropout.factors(head, factors);
                VectorMath.multiplyInto(gp, factors, gp.length);
                VectorMath.multiplyInto(factors, p, factors.length);
                s.write(factors);
              } else {
                s.write(p);
              }
              OpenBlas.multiply(
                  s_LL.transpose(), g.from(at), 1, 0, gv.from(at), tokens, headWidth, tokens);
              softmaxBackward(p, gp, (float) shape.scale(), tokens);
              s.write(gp);
              OpenBlas.multiply(
                  s_LL, k.from(projected), 1, 0, gq.from(at), tokens, headWidth, tokens);
              OpenBlas.multiply(
                  s_LL.transpose(),
                  q.from(projected),
                  1,
                  0,
                  gk.from(at),
                  tokens,
                  headWidth,
                  tokens);
            }
          }
        });
  }

  /** gs = scale · p · (gp - Σ gp · p) for each row, in place of gp. */
  private static void softmaxBackward(float[] p, float[] gp, float scale, int tokens) {
    for (int query = 0; query < tokens; query++) {
      int row = query * tokens;
      float mean = VectorMath.dot(p, gp, row, tokens);
      for (int key = row; key < row + tokens; key++) {
        gp[key] = scale * p[key] * (gp[key] - mean);
      }
    }
  }

  @Override
  public void weightedTokenSum(INDArray x_BLD, float[][] weights_BL, INDArray out_BD) {
    HostFloats x = HostFloats.of(x_BLD);
    HostFloats out = HostFloats.of(out_BD);
    int tokens = Math.toIntExact(x_BLD.size(1));
    int width = Math.toIntExact(x_BLD.size(2));
    workers.forRange(
        x_BLD.size(0),
        ROW_GRAIN,
        (from, to) -> {
          float[] row = new float[width];
          for (long b = from; b < to; b++) {
            float[] sum = new float[width];
            for (int l = 0; l < tokens; l++) {
              float weight = weights_BL[(int) b][l];
              if (weight != 0) {
                x.read((b * tokens + l) * width, row, width);
                for (int j = 0; j < width; j++) {
                  sum[j] += weight * row[j];
                }
              }
            }
            out.write(b * width, sum, width);
          }
        });
  }

  @Override
  public void weightedTokenSumBackward(INDArray g_BD, float[][] weights_BL, INDArray gx_BLD) {
    HostFloats g = HostFloats.of(g_BD);
    HostFloats gx = HostFloats.of(gx_BLD);
    int tokens = Math.toIntExact(gx_BLD.size(1));
    int width = Math.toIntExact(gx_BLD.size(2));
    workers.forRange(
        gx_BLD.size(0),
        ROW_GRAIN,
        (from, to) -> {
          float[] row = new float[width];
          float[] scaled = new float[width];
          for (long b = from; b < to; b++) {
            g.read(b * width, row, width);
            for (int l = 0; l < tokens; l++) {
              float weight = weights_BL[(int) b][l];
              for (int j = 0; j < width; j++) {
                scaled[j] = weight * row[j];
              }
              gx.write((b * tokens + l) * width, scaled, width);
            }
          }
        });
  }

  /** The heads of all sequences as work items, and where their columns stand in [B · L, D]. */
  private final class Heads {

    private final AttentionShape shape;

    Heads(AttentionShape shape) {
      this.shape = shape;
    }

    /** Splits the heads over the threads, sequence by sequence. */
    void forEach(WorkerPool.RangeTask task) {
      OpenBlas.onCallers(() -> workers.forRange((long) shape.batch() * shape.heads(), 1, task));
    }

    /** An array of B · L rows, to be read or written from a head's {@link #position} on. */
    OpenBlas.Operand operand(INDArray x) {
      return new OpenBlas.Operand(HostFloats.of(x).pointer(), (int) x.size(1), false);
    }

    /** The first element of head {@code head % H} of sequence {@code head / H}, in such rows. */
    long position(long head, int rowLength) {
      return head / shape.heads() * shape.tokens() * rowLength
          + head % shape.heads() * shape.headWidth();
    }
  }
}
