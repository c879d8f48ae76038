package org.clap4j.training.evaluation;

import com.google.gson.annotations.SerializedName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well clips find captions and captions find clips. Field names in JSON are those of {@code
 * clap4j eval --json}.
 *
 * @param audioToText each clip is a query among all captions; its best caption counts
 * @param textToAudio each caption is a query among all clips
 */
public record RetrievalMetrics(
    @SerializedName("audio_to_text") Direction audioToText,
    @SerializedName("text_to_audio") Direction textToAudio) {

  /**
   * One direction. Ranks begin at 1; shares are fractions.
   *
   * @param recallAt1 share of queries whose right answer comes first
   * @param recallAt5 share of queries with a right answer among the first five
   * @param recallAt10 share of queries with a right answer among the first ten
   * @param mapAt10 mean over queries of sum over right answers within ten of i / rank_i, by number
   *     of right answers
   * @param meanRank mean rank of the best right answer
   * @param medianRank median rank of the best right answer
   */
  public record Direction(
      @SerializedName("R_at_1") double recallAt1,
      @SerializedName("R_at_5") double recallAt5,
      @SerializedName("R_at_10") double recallAt10,
      @SerializedName("mAP_at_10") double mapAt10,
      @SerializedName("mean_rank") double meanRank,
      @SerializedName("median_rank") double medianRank) {

    /** The values by the names that trackers and JSON use. */
    public Map<String, Double> byName() {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("R_at_1", recallAt1);
      values.put("R_at_5", recallAt5);
      values.put("R_at_10", recallAt10);
      values.put("mAP_at_10", mapAt10);
      values.put("mean_rank", meanRank);
      values.put("median_rank", medianRank);
      return values;
    }
  }

  /** The values of both directions: {@code audio_to_text/R_at_1} and so on. */
  public Map<String, Double> byName() {
    Map<String, Double> values = new LinkedHashMap<>();
    audioToText.byName().forEach((name, value) -> values.put("audio_to_text/" + name, value));
    textToAudio.byName().forEach((name, value) -> values.put("text_to_audio/" + name, value));
    return values;
  }
}
