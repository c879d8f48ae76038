package org.clap4j.core.kernels;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels of token embeddings, self-attention and pooling. Legend: B sequences, L tokens in each, D
 * width, E = 3 D, H heads, R = B · L rows, V rows of a table.
 */
public interface SequenceKernels {

  /**
   * Computes row r of out as the sum, over the tables k, of row {@code rows[k][r]} of {@code
   * tables[k]}.
   */
  void lookUp(INDArray[] tables_VD, int[][] rows, INDArray out_RD);

  /**
   * Computes the gradient of a table: 0, plus row r of g at each {@code rows[r]}. Rows that occur
   * twice get both.
   */
  void scatterAdd(INDArray g_RD, int[] rows, INDArray tableGradient_VD);

  /**
   * Computes softmax(q kᵀ / sqrt(D / H)) v within each head, with dropout on the softmax (Vaswani
   * et al. 2017, section 3.2). A query sees the tokens that the mask keeps and, if causal, none
   * after itself; one that sees none gets 0.
   *
   * @param shape B, L, H, D and whether it is causal
   * @param dropout which probabilities are dropped
   * @param qkv_RE q, k and v side by side
   * @param mask_BL 1 for a token, 0 for padding; null keeps all
   * @param probabilities_BHLL takes the softmax before dropout, for backward; null if nothing
   *     follows
   * @param context_RD takes the result, heads side by side
   */
  void attention(
      AttentionShape shape,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      @Nullable INDArray mask_BL,
      @Nullable INDArray probabilities_BHLL,
      INDArray context_RD);

  /** Computes the gradients of {@link #attention} with respect to q, k and v. */
  void attentionBackward(
      AttentionShape shape,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      INDArray probabilities_BHLL,
      INDArray g_RD,
      INDArray gq_RD,
      INDArray gk_RD,
      INDArray gv_RD);

  /** Computes out[b] = Σ over l of weights[b, l] · x[b, l]. */
  void weightedTokenSum(INDArray x_BLD, float[][] weights_BL, INDArray out_BD);

  /** Computes gx[b, l] = weights[b, l] · g[b]: the gradient of {@link #weightedTokenSum}. */
  void weightedTokenSumBackward(INDArray g_BD, float[][] weights_BL, INDArray gx_BLD);
}
