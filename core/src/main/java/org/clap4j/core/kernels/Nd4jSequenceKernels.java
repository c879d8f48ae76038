package org.clap4j.core.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Sequence kernels made of plain ND4J operations. */
final class Nd4jSequenceKernels implements SequenceKernels {

  /** Far below any score, yet finite, so that its softmax is 0 and never NaN. */
  private static final double HIDDEN = -1e30;

  /** The axis of the keys. */
  private static final int KEYS = 3;

  @Override
  public void lookUp(INDArray[] tables_VD, int[][] rows, INDArray out_RD) {
    out_RD.assign(gather(tables_VD[0], rows[0]));
    for (int k = 1; k < tables_VD.length; k++) {
      out_RD.addi(gather(tables_VD[k], rows[k]));
    }
  }

  /** Forward only: the gradient of this operation loses rows that occur twice. */
  static INDArray gather(INDArray table_VD, int[] rows) {
    INDArray out = Nd4j.createUninitialized(table_VD.dataType(), rows.length, table_VD.size(1));
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(table_VD, Nd4j.createFromArray(rows))
            .addOutputs(out)
            .addIntegerArguments(0)
            .build());
    return out;
  }

  @Override
  public void scatterAdd(INDArray g_RD, int[] rows, INDArray tableGradient_VD) {
    tableGradient_VD.assign(0);
    for (int r = 0; r < rows.length; r++) {
      tableGradient_VD.getRow(rows[r]).addi(g_RD.getRow(r));
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
    int tokens = shape.tokens();
    INDArray scores_BHLL =
        Nd4j.createUninitialized(qkv_RE.dataType(), shape.batch(), shape.heads(), tokens, tokens);
    Nd4jDenseKernels.matmul(
        Nd4jAttention.splitHeads(Nd4jAttention.queries(qkv_RE), shape),
        false,
        Nd4jAttention.splitHeads(Nd4jAttention.keys(qkv_RE), shape),
        true,
        scores_BHLL);
    INDArray visible_BHLL = visible(shape, mask_BL, scores_BHLL);
    // Of a query that sees nothing no score is hidden: in double, ND4J's softmax would be NaN.
    INDArray hidden_BHLL = visible_BHLL.rsub(1).muli(visible_BHLL.max(true, KEYS)).muli(HIDDEN);
    scores_BHLL.muli(shape.scale()).muli(visible_BHLL).addi(hidden_BHLL);
    INDArray softmax_BHLL = probabilities_BHLL == null ? scores_BHLL.ulike() : probabilities_BHLL;
    Nd4jAttention.softmax(scores_BHLL, KEYS, softmax_BHLL);
    softmax_BHLL.muli(visible_BHLL);
    INDArray kept_BHLL = Nd4jAttention.drop(dropout, softmax_BHLL);
    INDArray context_BHLE = Nd4jAttention.splitHeads(context_RD, shape);
    Nd4jDenseKernels.matmul(
        kept_BHLL,
        false,
        Nd4jAttention.splitHeads(Nd4jAttention.values(qkv_RE), shape),
        false,
        context_BHLE);
    Nd4jAttention.mergeHeads(context_BHLE, context_RD);
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
    INDArray g_BHLE = Nd4jAttention.splitHeads(g_RD, shape);
    INDArray result_BHLE = g_BHLE.ulike();
    INDArray kept_BHLL = Nd4jAttention.drop(dropout, probabilities_BHLL);
    Nd4jDenseKernels.matmul(kept_BHLL, true, g_BHLE, false, result_BHLE);
    Nd4jAttention.mergeHeads(result_BHLE, gv_RD);

    INDArray gradient_BHLL = probabilities_BHLL.ulike();
    Nd4jDenseKernels.matmul(
        g_BHLE,
        false,
        Nd4jAttention.splitHeads(Nd4jAttention.values(qkv_RE), shape),
        true,
        gradient_BHLL);
    INDArray scoreGradient_BHLL =
        Nd4jAttention.softmaxBackward(
                probabilities_BHLL, Nd4jAttention.drop(dropout, gradient_BHLL), KEYS)
            .muli(shape.scale());

    Nd4jDenseKernels.matmul(
        scoreGradient_BHLL,
        false,
        Nd4jAttention.splitHeads(Nd4jAttention.keys(qkv_RE), shape),
        false,
        result_BHLE);
    Nd4jAttention.mergeHeads(result_BHLE, gq_RD);
    Nd4jDenseKernels.matmul(
        scoreGradient_BHLL,
        true,
        Nd4jAttention.splitHeads(Nd4jAttention.queries(qkv_RE), shape),
        false,
        result_BHLE);
    Nd4jAttention.mergeHeads(result_BHLE, gk_RD);
  }

  /** 1 where query l of sequence b sees key m, else 0, in the shape of the scores. */
  private static INDArray visible(
      AttentionShape shape, @Nullable INDArray mask_BL, INDArray scores_BHLL) {
    int tokens = shape.tokens();
    INDArray visible = scores_BHLL.like().addi(1);
    if (mask_BL != null) {
      visible.muli(mask_BL.castTo(scores_BHLL.dataType()).reshape(shape.batch(), 1, 1, tokens));
    }
    if (shape.causal()) {
      double[][] lower = new double[tokens][tokens];
      for (int query = 0; query < tokens; query++) {
        Arrays.fill(lower[query], 0, query + 1, 1);
      }
      visible.muli(
          Nd4j.createFromArray(lower).castTo(scores_BHLL.dataType()).reshape(1, 1, tokens, tokens));
    }
    return visible;
  }

  @Override
  public void weightedTokenSum(INDArray x_BLD, float[][] weights_BL, INDArray out_BD) {
    INDArray weights = weights(x_BLD, weights_BL);
    out_BD.assign(x_BLD.mul(weights.reshape(x_BLD.size(0), x_BLD.size(1), 1)).sum(1));
  }

  @Override
  public void weightedTokenSumBackward(INDArray g_BD, float[][] weights_BL, INDArray gx_BLD) {
    INDArray weights = weights(gx_BLD, weights_BL);
    gx_BLD.assign(
        g_BD.reshape('c', gx_BLD.size(0), 1, gx_BLD.size(2))
            .mul(weights.reshape(gx_BLD.size(0), gx_BLD.size(1), 1)));
  }

  private static INDArray weights(INDArray like, float[][] weights_BL) {
    return Nd4j.createFromArray(weights_BL).castTo(like.dataType());
  }
}
