package org.clap4j.training.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Average precision of classes that may apply together.
 *
 * @param averagePrecision by class index, of the classes that have a positive: sum over distinct
 *     thresholds of (R_n - R_n-1) P_n, so that tied scores count together
 * @param meanAveragePrecision mean of these
 */
public record MultiLabelMetrics(
    Map<Integer, Double> averagePrecision, double meanAveragePrecision) {

  /**
   * Measures.
   *
   * @param scores_NK [N, K]
   * @param targets_NK [N, K] 1 where the class applies, else 0
   */
  public static MultiLabelMetrics of(INDArray scores_NK, INDArray targets_NK) {
    if (!scores_NK.equalShapes(targets_NK)) {
      throw new IllegalArgumentException(
          "scores and targets must both be [clips, classes], were %s and %s"
              .formatted(scores_NK.shapeInfoToString(), targets_NK.shapeInfoToString()));
    }
    Map<Integer, Double> precisions = new LinkedHashMap<>();
    for (int k = 0; k < scores_NK.size(1); k++) {
      double[] scores = scores_NK.getColumn(k).dup().castTo(DataType.DOUBLE).data().asDouble();
      double[] targets = targets_NK.getColumn(k).dup().castTo(DataType.DOUBLE).data().asDouble();
      if (IntStream.range(0, targets.length).anyMatch(i -> targets[i] > 0)) {
        precisions.put(k, averagePrecision(scores, targets));
      }
    }
    double mean =
        precisions.values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    return new MultiLabelMetrics(precisions, mean);
  }

  private static double averagePrecision(double[] scores, double[] targets) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int positives = 0;
    int countedPositives = 0;
    double sum = 0;
    for (int n = 0; n < order.length; n++) {
      positives += targets[order[n]] > 0 ? 1 : 0;
      boolean thresholdEnds = n + 1 == order.length || scores[order[n + 1]] != scores[order[n]];
      if (thresholdEnds) {
        sum += (positives - countedPositives) * (positives / (n + 1.0));
        countedPositives = positives;
      }
    }
    return sum / positives;
  }
}
