package org.clap4j.core.kernels;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels of attention within the windows of an image. Legend: B images of L tokens, R = B · L, D
 * width, E = 3 D, H heads, N windows of T tokens in each image, M = B · N, P offsets of two tokens.
 *
 * <p>Tokens stay in the order of the image, row by row: rolling and cutting is done by where a
 * kernel reads and writes.
 */
public interface WindowKernels {

  /**
   * Computes softmax(q kᵀ / sqrt(D / H) + bias + mask) v within each window and head, with dropout
   * on the softmax (Liu et al. 2021, equation 4). The bias belongs to the offset of two tokens; the
   * mask, of -100, keeps those apart that only the shift has brought together.
   *
   * @param grid how the windows lie
   * @param dropout which probabilities are dropped
   * @param qkv_RE q, k and v side by side
   * @param table_PH position biases of each head
   * @param probabilities_MHTT takes the softmax before dropout, keys before queries, for backward;
   *     null if nothing follows
   * @param context_RD takes the result, heads side by side
   */
  void attention(
      WindowGrid grid,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      INDArray table_PH,
      @Nullable INDArray probabilities_MHTT,
      INDArray context_RD);

  /** Computes the gradients of {@link #attention} with respect to q, k, v and the table. */
  void attentionBackward(
      WindowGrid grid,
      ProbabilityDropout dropout,
      INDArray qkv_RE,
      INDArray probabilities_MHTT,
      INDArray g_RD,
      INDArray gq_RD,
      INDArray gk_RD,
      INDArray gv_RD,
      INDArray tableGradient_PH);
}
