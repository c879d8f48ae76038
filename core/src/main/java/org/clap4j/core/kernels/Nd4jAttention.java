package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What the attentions of plain ND4J operations share. Legend: N sequences or windows. */
final class Nd4jAttention {

  private Nd4jAttention() {}

  /** Writes the softmax along an axis, that of the keys. */
  static void softmax(INDArray scores, int keys, INDArray out) {
    Nd4j.exec(
        DynamicCustomOp.builder("softmax")
            .addInputs(scores)
            .addOutputs(out)
            .addIntegerArguments(keys)
            .build());
  }

  /** Computes p · (gp - Σ over keys of gp · p), the gradient of the scores. */
  static INDArray softmaxBackward(INDArray p, INDArray gp, int keys) {
    return gp.sub(gp.mul(p).sum(true, keys)).muli(p);
  }

  /** A copy [N, H, T, T] with dropout, or the array itself. */
  static INDArray drop(ProbabilityDropout dropout, INDArray x_NHTT) {
    if (!dropout.acts()) {
      return x_NHTT;
    }
    int scores = Math.toIntExact(x_NHTT.size(2) * x_NHTT.size(3));
    float[][] factors = new float[Math.toIntExact(x_NHTT.length() / scores)][scores];
    for (int head = 0; head < factors.length; head++) {
      dropout.factors(head, factors[head]);
    }
    return x_NHTT.mul(
        Nd4j.createFromArray(factors).castTo(x_NHTT.dataType()).reshape('c', x_NHTT.shape()));
  }

  /** Views the queries of [R, 3 D], [R, D]. */
  static INDArray queries(INDArray qkv_RE) {
    return part(qkv_RE, 0);
  }

  /** Views the keys of [R, 3 D], [R, D]. */
  static INDArray keys(INDArray qkv_RE) {
    return part(qkv_RE, 1);
  }

  /** Views the values of [R, 3 D], [R, D]. */
  static INDArray values(INDArray qkv_RE) {
    return part(qkv_RE, 2);
  }

  private static INDArray part(INDArray qkv_RE, int part) {
    long width = qkv_RE.size(1) / 3;
    return qkv_RE.get(NDArrayIndex.all(), NDArrayIndex.interval(part * width, (part + 1) * width));
  }

  /** [R, D] to a copy [N, H, T, D / H]. */
  static INDArray splitHeads(INDArray x_RD, AttentionShape shape) {
    return x_RD.reshape('c', shape.batch(), shape.tokens(), shape.heads(), shape.headWidth())
        .permute(0, 2, 1, 3)
        .dup('c');
  }

  static void mergeHeads(INDArray x_NHTE, INDArray out_RD) {
    INDArray rows = x_NHTE.permute(0, 2, 1, 3).dup('c');
    out_RD.assign(rows.reshape('c', out_RD.shape()));
  }
}
