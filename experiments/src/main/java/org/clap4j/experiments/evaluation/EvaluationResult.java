package org.clap4j.experiments.evaluation;

import com.google.gson.annotations.SerializedName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.clap4j.training.evaluation.RetrievalMetrics;
import org.clap4j.training.evaluation.ZeroShotMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What a model achieves on some pairs.
 *
 * @param zeroShot classification by text prompts; null where the data has no classes
 * @param retrieval clips by captions and captions by clips; null where captions are shared by so
 *     many clips that a right answer would count as wrong
 * @param dims the same by the first elements of the embeddings alone, by their number; null where
 *     the loss does not train embeddings to be cut short
 * @param clips number of clips
 * @param captions number of captions
 */
public record EvaluationResult(
    @SerializedName("zero_shot") @Nullable ZeroShotMetrics zeroShot,
    @Nullable RetrievalMetrics retrieval,
    @Nullable SortedMap<Integer, Scores> dims,
    int clips,
    int captions) {

  /** What some of the elements of the embeddings achieve. */
  public record Scores(
      @SerializedName("zero_shot") @Nullable ZeroShotMetrics zeroShot,
      @Nullable RetrievalMetrics retrieval) {

    /** The metrics by name: {@code zero_shot/accuracy}, {@code text_to_audio/R_at_1}. */
    public Map<String, Double> byName() {
      Map<String, Double> metrics = new LinkedHashMap<>();
      if (zeroShot != null) {
        zeroShot.byName().forEach((name, value) -> metrics.put("zero_shot/" + name, value));
      }
      if (retrieval != null) {
        metrics.putAll(retrieval.byName());
      }
      return metrics;
    }
  }

  /**
   * The metrics by the names under which they are logged, after a prefix: {@code
   * val/text_to_audio/R_at_1}, and of the first 64 elements {@code
   * val/dim_64/text_to_audio/R_at_1}.
   */
  public Map<String, Double> byName(String prefix) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    new Scores(zeroShot, retrieval)
        .byName()
        .forEach((name, value) -> metrics.put(prefix + name, value));
    if (dims != null) {
      dims.forEach(
          (dim, scores) ->
              scores
                  .byName()
                  .forEach(
                      (name, value) -> metrics.put(prefix + "dim_" + dim + "/" + name, value)));
    }
    return metrics;
  }
}
