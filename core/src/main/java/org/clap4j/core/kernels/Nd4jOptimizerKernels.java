package org.clap4j.core.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Optimiser kernels made of plain ND4J operations. */
final class Nd4jOptimizerKernels implements OptimizerKernels {

  /** Elements worked on at a time, so that temporaries stay small. */
  private static final long CHUNK = 1 << 20;

  @Override
  public void adamW(
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
      long step) {
    double firstCorrection = 1 - Math.pow(beta1, step);
    double secondCorrection = 1 - Math.pow(beta2, step);
    for (long at = from; at < to; at += CHUNK) {
      long end = Math.min(to, at + CHUNK);
      INDArray p = slice(parameters, at, end);
      INDArray g = slice(gradients, at, end);
      INDArray m = slice(firstMoments, at, end);
      INDArray v = slice(secondMoments, at, end);
      m.muli(beta1).addi(g.mul(1 - beta1));
      v.muli(beta2).addi(g.mul(g).muli(1 - beta2));
      INDArray spread = Transforms.sqrt(v.div(secondCorrection), false).addi(epsilon);
      p.muli(1 - learningRate * weightDecay)
          .subi(m.div(spread).muli(learningRate / firstCorrection));
    }
  }

  @Override
  public double squareSum(INDArray vector, long from, long to) {
    double sum = 0;
    for (long at = from; at < to; at += CHUNK) {
      INDArray piece = slice(vector, at, Math.min(to, at + CHUNK)).dup();
      try (INDArray wide = piece.castTo(DataType.DOUBLE)) {
        sum += wide.muli(wide).sumNumber().doubleValue();
      }
      if (!piece.wasClosed()) {
        piece.close();
      }
    }
    return sum;
  }

  private static INDArray slice(INDArray flat, long from, long to) {
    return flat.get(NDArrayIndex.interval(from, to));
  }
}
