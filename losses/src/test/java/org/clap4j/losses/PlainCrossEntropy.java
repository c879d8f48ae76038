package org.clap4j.losses;

import org.clap4j.core.loss.ScaledLoss;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The formula of {@link SoftCrossEntropy} as it stands, over whole [N, N] matrices. */
record PlainCrossEntropy(Positives positives, double smoothing, double audioToTextShare) {

  ScaledLoss.Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale) {
    long n = audio_ND.size(0);
    INDArray logits_NN = audio_ND.mmul(text_ND.transpose()).muli(logitScale);
    INDArray rowTargets_NN = targets(logits_NN);
    INDArray columnTargets_NN = rowTargets_NN.transpose();
    INDArray rowLog_NN = logSoftmax(logits_NN);
    INDArray columnLog_NN = logSoftmax(logits_NN.transpose()).transpose();
    double w = audioToTextShare;
    double value =
        -w * rowTargets_NN.mul(rowLog_NN).sumNumber().doubleValue() / n
            - (1 - w) * columnTargets_NN.mul(columnLog_NN).sumNumber().doubleValue() / n;
    INDArray gradient_NN =
        Transforms.exp(rowLog_NN)
            .subi(rowTargets_NN)
            .muli(w)
            .addi(Transforms.exp(columnLog_NN).subi(columnTargets_NN).muli(1 - w))
            .divi(n);
    return new ScaledLoss.Output(
        value,
        gradient_NN.mmul(text_ND).muli(logitScale),
        gradient_NN.transpose().mmul(audio_ND).muli(logitScale),
        gradient_NN.mul(logits_NN).sumNumber().doubleValue());
  }

  private INDArray targets(INDArray like_NN) {
    int n = positives.size();
    INDArray targets_NN = Nd4j.valueArrayOf(like_NN.shape(), smoothing / n, like_NN.dataType());
    for (int i = 0; i < n; i++) {
      for (int j = positives.next(i, 0); j < n; j = positives.next(i, j + 1)) {
        targets_NN.putScalar(i, j, (1 - smoothing) / positives.count(i) + smoothing / n);
      }
    }
    return targets_NN;
  }

  private static INDArray logSoftmax(INDArray logits_NN) {
    INDArray shifted_NN = logits_NN.sub(logits_NN.max(true, 1));
    return shifted_NN.sub(Transforms.log(Transforms.exp(shifted_NN).sum(true, 1)));
  }
}
