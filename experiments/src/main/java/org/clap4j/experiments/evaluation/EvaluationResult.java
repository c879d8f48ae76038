package org.clap4j.experiments.evaluation;

import com.google.gson.annotations.SerializedName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.training.evaluation.RetrievalMetrics;
import org.clap4j.training.evaluation.ZeroShotMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What a model achieves on some pairs.
 *
 * @param zeroShot classification by text prompts; null where the data has no classes
 * @param retrieval clips by captions and captions by clips; null where captions are shared by so
 *     many clips that a right answer would count as wrong
 * @param clips number of clips
 * @param captions number of captions
 */
public record EvaluationResult(
    @SerializedName("zero_shot") @Nullable ZeroShotMetrics zeroShot,
    @Nullable RetrievalMetrics retrieval,
    int clips,
    int captions) {

  /** The metrics by the names under which they are logged, after a prefix: {@code val/}. */
  public Map<String, Double> byName(String prefix) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (zeroShot != null) {
      zeroShot.byName().forEach((name, value) -> metrics.put(prefix + "zero_shot/" + name, value));
    }
    if (retrieval != null) {
      retrieval.byName().forEach((name, value) -> metrics.put(prefix + name, value));
    }
    return metrics;
  }
}
