package org.clap4j.core.kernels;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Window kernels made of plain ND4J operations. */
final class Nd4jWindowKernels implements WindowKernels {

  /** The axis of the keys. */
  private static final int KEYS = 2;

  @Override
  public void attention(
      WindowGrid grid,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      INDArray table_PH,
      @Nullable INDArray probabilities_MHTT,
      INDArray context_RD) {
    Windows windows = new Windows(grid, context_RD, table_PH.size(1));
    INDArray scores_MHTT = windows.scores(qkv_RE);
    Nd4jDenseKernels.matmul(
        windows.cut(Nd4jAttention.keys(qkv_RE)),
        false,
        windows.cut(Nd4jAttention.queries(qkv_RE)),
        true,
        scores_MHTT);
    scores_MHTT.muli(windows.attention().scale()).addi(bias(grid, table_PH));
    addMasks(grid, scores_MHTT);
    INDArray softmax_MHTT = probabilities_MHTT == null ? scores_MHTT.ulike() : probabilities_MHTT;
    Nd4jAttention.softmax(scores_MHTT, KEYS, softmax_MHTT);
    INDArray kept_MHTT = Nd4jAttention.drop(dropout, softmax_MHTT);
    INDArray context_MHTE = windows.heads(context_RD);
    Nd4jDenseKernels.matmul(
        kept_MHTT, true, windows.cut(Nd4jAttention.values(qkv_RE)), false, context_MHTE);
    windows.join(context_MHTE, context_RD);
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
    Windows windows = new Windows(grid, g_RD, tableGradient_PH.size(1));
    INDArray g_MHTE = windows.cut(g_RD);
    INDArray result_MHTE = g_MHTE.ulike();
    Nd4jDenseKernels.matmul(
        Nd4jAttention.drop(dropout, probabilities_MHTT), false, g_MHTE, false, result_MHTE);
    windows.join(result_MHTE, gv_RD);

    INDArray gradient_MHTT = probabilities_MHTT.ulike();
    Nd4jDenseKernels.matmul(
        windows.cut(Nd4jAttention.values(qkv_RE)), false, g_MHTE, true, gradient_MHTT);
    INDArray scoreGradient_MHTT =
        Nd4jAttention.softmaxBackward(
            probabilities_MHTT, Nd4jAttention.drop(dropout, gradient_MHTT), KEYS);
    tableGradient_PH.assign(tableGradient(grid, scoreGradient_MHTT));

    scoreGradient_MHTT.muli(windows.attention().scale());
    Nd4jDenseKernels.matmul(
        scoreGradient_MHTT, true, windows.cut(Nd4jAttention.keys(qkv_RE)), false, result_MHTE);
    windows.join(result_MHTE, gq_RD);
    Nd4jDenseKernels.matmul(
        scoreGradient_MHTT, false, windows.cut(Nd4jAttention.queries(qkv_RE)), false, result_MHTE);
    windows.join(result_MHTE, gk_RD);
  }

  /** The table spread over keys and queries, [1, H, T, T]. */
  private static INDArray bias(WindowGrid grid, INDArray table_PH) {
    INDArray bias_TTH = Nd4jSequenceKernels.gather(table_PH, grid.offsetRows());
    return bias_TTH
        .permute(1, 0)
        .dup('c')
        .reshape('c', 1, table_PH.size(1), grid.tokens(), grid.tokens());
  }

  /** Σ over windows, added up by offset: a product with a matrix of zeros and ones. */
  private static INDArray tableGradient(WindowGrid grid, INDArray scoreGradient_MHTT) {
    INDArray sum_HTT = scoreGradient_MHTT.sum(0);
    int[] offsetRows = grid.offsetRows();
    float[][] isOffset = new float[grid.offsets()][offsetRows.length];
    for (int i = 0; i < offsetRows.length; i++) {
      isOffset[offsetRows[i]][i] = 1;
    }
    INDArray sum_HU = sum_HTT.reshape('c', sum_HTT.size(0), offsetRows.length);
    INDArray isOffset_PU = Nd4j.createFromArray(isOffset).castTo(sum_HU.dataType());
    return isOffset_PU.mmul(sum_HU.transpose());
  }

  private static void addMasks(WindowGrid grid, INDArray scores_MHTT) {
    for (int n = 0; n < grid.windows(); n++) {
      float[] mask = grid.mask(n);
      if (mask != null) {
        INDArray typed =
            Nd4j.createFromArray(mask)
                .castTo(scores_MHTT.dataType())
                .reshape('c', 1, grid.tokens(), grid.tokens());
        for (long m = n; m < scores_MHTT.size(0); m += grid.windows()) {
          scores_MHTT.slice(m).addi(typed);
        }
      }
    }
  }

  /** Cuts arrays [R, D] into windows and heads, [M, H, T, E], and joins them again. */
  private static final class Windows {

    private final AttentionShape attention;
    private final int[] imageRows;

    Windows(WindowGrid grid, INDArray x_RD, long heads) {
      int images = Math.toIntExact(x_RD.size(0) / grid.imageTokens());
      attention =
          new AttentionShape(
              images * grid.windows(),
              grid.tokens(),
              Math.toIntExact(heads),
              Math.toIntExact(x_RD.size(1)),
              false);
      imageRows = grid.imageRows(images);
    }

    AttentionShape attention() {
      return attention;
    }

    INDArray scores(INDArray like) {
      return Nd4j.createUninitialized(
          like.dataType(),
          attention.batch(),
          attention.heads(),
          attention.tokens(),
          attention.tokens());
    }

    INDArray heads(INDArray like) {
      return Nd4j.createUninitialized(
          like.dataType(),
          attention.batch(),
          attention.heads(),
          attention.tokens(),
          attention.headWidth());
    }

    INDArray cut(INDArray x_RD) {
      return Nd4jAttention.splitHeads(Nd4jSequenceKernels.gather(x_RD, imageRows), attention);
    }

    void join(INDArray x_MHTE, INDArray out_RD) {
      INDArray rows_RD = out_RD.ulike();
      Nd4jAttention.mergeHeads(x_MHTE, rows_RD);
      out_RD.assign(Nd4jSequenceKernels.gather(rows_RD, inverse(imageRows)));
    }

    private static int[] inverse(int[] permutation) {
      int[] inverse = new int[permutation.length];
      for (int i = 0; i < inverse.length; i++) {
        inverse[permutation[i]] = i;
      }
      return inverse;
    }
  }
}
