package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels that update flat parameter vectors. */
public interface OptimizerKernels {

  /**
   * Updates elements [from, to) by AdamW (Loshchilov and Hutter 2019), in one pass:
   *
   * <pre>
   * m = beta1 m + (1 - beta1) g
   * v = beta2 v + (1 - beta2) g²
   * p = p (1 - lr weightDecay) - lr / (1 - beta1^step) · m / (sqrt(v / (1 - beta2^step)) + epsilon)
   * </pre>
   *
   * @param parameters p, flat
   * @param gradients g, flat
   * @param firstMoments m, flat
   * @param secondMoments v, flat
   * @param step number of the update, from 1
   */
  void adamW(
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
      long step);

  /**
   * Sums the squares of elements [from, to) in double precision. The order of the sum depends on
   * the range alone, not on threads.
   */
  double squareSum(INDArray vector, long from, long to);
}
