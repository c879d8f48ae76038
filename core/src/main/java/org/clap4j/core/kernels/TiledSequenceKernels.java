package org.clap4j.core.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sequence kernels in tiled Java. Attention works on one head of one sequence at a time, whose
 * scores stay in the cache; heads are never split and merged in memory.
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
      INDArray q_RD,
      INDArray k_RD,
      INDArray v_RD,
      @Nullable INDArray mask_BL,
      @Nullable INDArray probabilities_BHLL,
      INDArray context_RD) {
    HeadSlices q = new HeadSlices(q_RD, shape);
    HeadSlices k = new HeadSlices(k_RD, shape);
    HeadSlices v = new HeadSlices(v_RD, shape);
    HeadSlices context = new HeadSlices(context_RD, shape);
    @Nullable HostFloats probabilities =
        probabilities_BHLL == null ? null : HostFloats.of(probabilities_BHLL);
    float @Nullable [] mask = mask_BL == null ? null : HostFloats.of(mask_BL).toArray();
    int tokens = shape.tokens();
    int headWidth = shape.headWidth();
    workers.forRange(
        (long) shape.batch() * shape.heads(),
        1,
        (from, to) -> {
          float[] a = new float[tokens * headWidth];
          float[] b = new float[tokens * headWidth];
          float[] scores = new float[tokens * tokens];
          float[] powers = new float[tokens * tokens];
          for (long head = from; head < to; head++) {
            int sequence = (int) (head / shape.heads());
            k.read(head, b);
            VectorMath.transpose(b, a, tokens, headWidth);
            q.read(head, b);
            VectorMath.product(b, headWidth, 1, a, scores, tokens, headWidth, tokens);
            softmaxOfVisible(shape, mask, sequence, scores, powers);
            if (probabilities != null) {
              probabilities.write(head * tokens * tokens, scores, tokens * tokens);
            }
            if (dropout.acts()) {
              dropout.factors(head, powers);
              VectorMath.multiplyInto(scores, powers, scores.length);
            }
            v.read(head, a);
            VectorMath.product(scores, tokens, 1, a, b, tokens, tokens, headWidth);
            context.write(head, b);
          }
        });
  }

  /** Turns the scores of one head into probabilities, in place. */
  private static void softmaxOfVisible(
      AttentionShape shape, float @Nullable [] mask, int sequence, float[] scores, float[] powers) {
    int tokens = shape.tokens();
    float scale = (float) shape.scale();
    float[] highest = new float[tokens];
    for (int query = 0; query < tokens; query++) {
      int row = query * tokens;
      float max = Float.NEGATIVE_INFINITY;
      for (int key = 0; key < tokens; key++) {
        if (sees(shape, mask, sequence, query, key)) {
          max = Math.max(max, scores[row + key]);
        }
      }
      highest[query] = max;
      for (int key = 0; key < tokens; key++) {
        scores[row + key] = Math.min(0f, (scores[row + key] - max) * scale);
      }
    }
    VectorMath.exp(scores, scores, powers, tokens * tokens);
    for (int query = 0; query < tokens; query++) {
      int row = query * tokens;
      for (int key = 0; key < tokens; key++) {
        if (!sees(shape, mask, sequence, query, key)) {
          scores[row + key] = 0;
        }
      }
      float sum = VectorMath.sum(scores, row, tokens);
      float factor = sum > 0 ? 1 / sum : 0;
      for (int key = 0; key < tokens; key++) {
        scores[row + key] *= factor;
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
      INDArray q_RD,
      INDArray k_RD,
      INDArray v_RD,
      INDArray probabilities_BHLL,
      INDArray g_RD,
      INDArray gq_RD,
      INDArray gk_RD,
      INDArray gv_RD) {
    HeadSlices q = new HeadSlices(q_RD, shape);
    HeadSlices k = new HeadSlices(k_RD, shape);
    HeadSlices v = new HeadSlices(v_RD, shape);
    HeadSlices g = new HeadSlices(g_RD, shape);
    HeadSlices gq = new HeadSlices(gq_RD, shape);
    HeadSlices gk = new HeadSlices(gk_RD, shape);
    HeadSlices gv = new HeadSlices(gv_RD, shape);
    HostFloats probabilities = HostFloats.of(probabilities_BHLL);
    int tokens = shape.tokens();
    int headWidth = shape.headWidth();
    workers.forRange(
        (long) shape.batch() * shape.heads(),
        1,
        (from, to) -> {
          float[] a = new float[tokens * headWidth];
          float[] b = new float[tokens * headWidth];
          float[] context = new float[tokens * headWidth];
          float[] p = new float[tokens * tokens];
          float[] gp = new float[tokens * tokens];
          float[] factors = new float[dropout.acts() ? tokens * tokens : 0];
          for (long head = from; head < to; head++) {
            probabilities.read(head * tokens * tokens, p, tokens * tokens);
            g.read(head, context);
            v.read(head, b);
            VectorMath.transpose(b, a, tokens, headWidth);
            VectorMath.product(context, headWidth, 1, a, gp, tokens, headWidth, tokens);
            float[] kept = p;
            if (dropout.acts()) {
              dropout.factors(head, factors);
              VectorMath.multiplyInto(gp, factors, gp.length);
              VectorMath.multiplyInto(factors, p, factors.length);
              kept = factors;
            }
            VectorMath.product(kept, 1, tokens, context, b, tokens, tokens, headWidth);
            gv.write(head, b);
            softmaxBackward(p, gp, (float) shape.scale(), tokens);
            k.read(head, a);
            VectorMath.product(gp, tokens, 1, a, b, tokens, tokens, headWidth);
            gq.write(head, b);
            q.read(head, a);
            VectorMath.product(gp, 1, tokens, a, b, tokens, tokens, headWidth);
            gk.write(head, b);
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

  /** The columns of one head in the rows of one sequence, of an array [B · L, D]. */
  private static final class HeadSlices {

    private final HostFloats rows;
    private final AttentionShape shape;

    HeadSlices(INDArray x_RD, AttentionShape shape) {
      this.rows = HostFloats.of(x_RD);
      this.shape = shape;
    }

    /** Copies head {@code head % H} of sequence {@code head / H} to slice [L, D / H]. */
    void read(long head, float[] slice) {
      int headWidth = shape.headWidth();
      for (int token = 0; token < shape.tokens(); token++) {
        rows.read(position(head, token), slice, token * headWidth, headWidth);
      }
    }

    void write(long head, float[] slice) {
      int headWidth = shape.headWidth();
      for (int token = 0; token < shape.tokens(); token++) {
        rows.write(position(head, token), slice, token * headWidth, headWidth);
      }
    }

    private long position(long head, int token) {
      long row = head / shape.heads() * shape.tokens() + token;
      return row * shape.width() + head % shape.heads() * shape.headWidth();
    }
  }
}
