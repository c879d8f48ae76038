package org.clap4j.training.evaluation;

import com.google.gson.annotations.SerializedName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.ZeroShotTask;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well classes are told apart by their prompts. Field names in JSON are those of {@code clap4j
 * eval --json}; shares are fractions.
 *
 * @param accuracy share of clips whose class scores highest
 * @param top5 share of clips whose class is among the five highest
 * @param meanClassAccuracy mean of the accuracies of the classes that occur
 * @param classAccuracy accuracy by class name, of the classes that occur, in their order
 * @param attributeAccuracy share of clips whose predicted class falls in the right group, by
 *     attribute
 */
public record ZeroShotMetrics(
    double accuracy,
    @SerializedName("top_5") double top5,
    @SerializedName("mean_class_accuracy") double meanClassAccuracy,
    @SerializedName("class_accuracy") Map<String, Double> classAccuracy,
    @SerializedName("attribute_accuracy") Map<String, Double> attributeAccuracy) {

  private static final int TOP = 5;

  /**
   * Measures scores against a task's labels.
   *
   * @param scores_NK score of each class for each clip, [N, K]; ties go to the lower index
   */
  public static ZeroShotMetrics of(INDArray scores_NK, ZeroShotTask task) {
    int clips = task.labels().size();
    int classes = task.classNames().size();
    if (scores_NK.size(0) != clips || scores_NK.size(1) != classes || clips == 0) {
      throw new IllegalArgumentException(
          "scores must be [%d clips, %d classes], were [%d, %d]"
              .formatted(clips, classes, scores_NK.size(0), scores_NK.size(1)));
    }
    float[] scores = scores_NK.dup('c').castTo(DataType.FLOAT).data().asFloat();
    int[] ranks = new int[clips];
    int[] predicted = new int[clips];
    for (int i = 0; i < clips; i++) {
      ranks[i] = RetrievalRanks.rank(scores, i * classes, classes, task.labels().get(i));
      predicted[i] = highest(scores, i * classes, classes);
    }
    Map<String, Double> byClass = classAccuracy(ranks, task);
    return new ZeroShotMetrics(
        within(ranks, 1),
        within(ranks, TOP),
        byClass.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
        byClass,
        attributeAccuracy(predicted, task));
  }

  /** The numbers of the whole, by the names that trackers use; classes are left out. */
  public Map<String, Double> byName() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("accuracy", accuracy);
    values.put("top_5", top5);
    values.put("mean_class_accuracy", meanClassAccuracy);
    attributeAccuracy.forEach((name, value) -> values.put(name + "_accuracy", value));
    return values;
  }

  private static int highest(float[] scores, int start, int length) {
    int highest = 0;
    for (int k = 1; k < length; k++) {
      if (scores[start + k] > scores[start + highest]) {
        highest = k;
      }
    }
    return highest;
  }

  private static double within(int[] ranks, int k) {
    int count = 0;
    for (int rank : ranks) {
      count += rank <= k ? 1 : 0;
    }
    return count / (double) ranks.length;
  }

  private static Map<String, Double> classAccuracy(int[] ranks, ZeroShotTask task) {
    int classes = task.classNames().size();
    int[] clips = new int[classes];
    int[] right = new int[classes];
    for (int i = 0; i < ranks.length; i++) {
      int label = task.labels().get(i);
      clips[label]++;
      right[label] += ranks[i] == 1 ? 1 : 0;
    }
    Map<String, Double> accuracy = new LinkedHashMap<>();
    for (int k = 0; k < classes; k++) {
      if (clips[k] > 0) {
        accuracy.put(task.classNames().get(k), right[k] / (double) clips[k]);
      }
    }
    return accuracy;
  }

  private static Map<String, Double> attributeAccuracy(int[] predicted, ZeroShotTask task) {
    Map<String, Double> accuracy = new LinkedHashMap<>();
    task.attributes().keySet().stream()
        .sorted()
        .forEach(name -> accuracy.put(name, attributeAccuracy(predicted, task, name)));
    return accuracy;
  }

  private static double attributeAccuracy(int[] predicted, ZeroShotTask task, String attribute) {
    List<Integer> groups = task.attributes().getOrDefault(attribute, List.of());
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += groups.get(predicted[i]).equals(groups.get(task.labels().get(i))) ? 1 : 0;
    }
    return right / (double) predicted.length;
  }
}
