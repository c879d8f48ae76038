package org.clap4j.training.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.Scoring;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Says cheaply how the embeddings of a batch lie: what to look at when a loss stays at ln N, or
 * falls while retrieval does not rise. Two pairs that share a clip or a caption are no negatives
 * here. Similarities are the scores that the loss ranks by: cosines, unless its {@link Scoring}
 * says otherwise.
 *
 * @param positiveSimilarity mean similarity of a clip and its caption
 * @param easiestPositive largest similarity of a clip and its caption
 * @param negativeSimilarity mean similarity of a clip and captions of other clips
 * @param hardestNegative largest similarity of a clip and another's caption
 * @param audioToTextAccuracy share of clips that pick a caption of their own, within the batch
 * @param textToAudioAccuracy share of captions that pick a clip of their own, within the batch
 * @param alignment mean squared distance of the embeddings of a clip and its caption, in [0, 4];
 *     less is better
 * @param audioUniformity log of the mean of exp(-2 squared distance) between clips: 0 where all
 *     coincide (collapse), about -4 where they spread over the sphere
 * @param textUniformity the same between captions
 * @see <a href="https://arxiv.org/abs/2005.10242">Wang and Isola 2020</a> for alignment and
 *     uniformity
 */
public record EmbeddingDiagnostics(
    double positiveSimilarity,
    double easiestPositive,
    double negativeSimilarity,
    double hardestNegative,
    double audioToTextAccuracy,
    double textToAudioAccuracy,
    double alignment,
    double audioUniformity,
    double textUniformity) {

  /** Pairs that are looked at, the first of the batch: cost stays small however large it is. */
  static final int MAX_PAIRS = 512;

  /**
   * Looks at a batch.
   *
   * @param audio_ND unit embeddings, [N, D]
   * @param text_ND unit embeddings, [N, D]
   * @param ids which pairs share a clip or a caption
   * @param scoring how a clip and a caption are compared
   */
  public static EmbeddingDiagnostics of(
      INDArray audio_ND, INDArray text_ND, PairIds ids, Scoring scoring) {
    int pairs = (int) Math.min(MAX_PAIRS, audio_ND.size(0));
    INDArray audio = first(audio_ND, pairs);
    INDArray text = first(text_ND, pairs);
    return new Pairwise(audio, text, ids, pairs, scoring).diagnostics();
  }

  /** The values by the names that trackers use. */
  public Map<String, Double> byName() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("positive_similarity", positiveSimilarity);
    values.put("easiest_positive", easiestPositive);
    values.put("negative_similarity", negativeSimilarity);
    values.put("hardest_negative", hardestNegative);
    values.put("audio_to_text_accuracy", audioToTextAccuracy);
    values.put("text_to_audio_accuracy", textToAudioAccuracy);
    values.put("alignment", alignment);
    values.put("audio_uniformity", audioUniformity);
    values.put("text_uniformity", textUniformity);
    values.values().removeIf(value -> value.isNaN());
    return values;
  }

  private static INDArray first(INDArray rows, int count) {
    return rows.get(NDArrayIndex.interval(0, count), NDArrayIndex.all());
  }

  private static double[][] products(INDArray a, INDArray b) {
    try (INDArray products = a.mmul(b.transpose())) {
      return products.castTo(DataType.DOUBLE).toDoubleMatrix();
    }
  }

  /** Sums over all pairs of pairs. */
  private static final class Pairwise {

    private final PairIds ids;
    private final int pairs;
    private final double[][] similarity;
    private final double alignment;
    private final double audioUniformity;
    private final double textUniformity;

    Pairwise(INDArray audio, INDArray text, PairIds ids, int pairs, Scoring scoring) {
      this.ids = ids;
      this.pairs = pairs;
      similarity = products(scoring.audioRows().apply(audio), scoring.textRows().apply(text));
      alignment = 2 - 2 * audio.mul(text).sumNumber().doubleValue() / pairs;
      audioUniformity = uniformity(products(audio, audio));
      textUniformity = uniformity(products(text, text));
    }

    EmbeddingDiagnostics diagnostics() {
      double positive = 0;
      double negative = 0;
      double easiest = Double.NEGATIVE_INFINITY;
      double hardest = Double.NaN;
      int negatives = 0;
      int clipsRight = 0;
      int captionsRight = 0;
      for (int i = 0; i < pairs; i++) {
        positive += similarity[i][i];
        easiest = Math.max(easiest, similarity[i][i]);
        int bestCaption = 0;
        int bestClip = 0;
        for (int j = 0; j < pairs; j++) {
          bestCaption = similarity[i][j] > similarity[i][bestCaption] ? j : bestCaption;
          bestClip = similarity[j][i] > similarity[bestClip][i] ? j : bestClip;
          if (!same(i, j)) {
            negative += similarity[i][j];
            negatives++;
            hardest =
                Double.isNaN(hardest) ? similarity[i][j] : Math.max(hardest, similarity[i][j]);
          }
        }
        clipsRight += same(i, bestCaption) ? 1 : 0;
        captionsRight += same(i, bestClip) ? 1 : 0;
      }
      return new EmbeddingDiagnostics(
          positive / pairs,
          easiest,
          negatives == 0 ? Double.NaN : negative / negatives,
          hardest,
          clipsRight / (double) pairs,
          captionsRight / (double) pairs,
          alignment,
          audioUniformity,
          textUniformity);
    }

    private boolean same(int i, int j) {
      return ids.clipIds()[i] == ids.clipIds()[j] || ids.captionIds()[i] == ids.captionIds()[j];
    }

    /** |x - y|^2 = 2 - 2 x.y on the sphere. */
    private static double uniformity(double[][] products) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < products.length; i++) {
        for (int j = 0; j < i; j++) {
          sum += Math.exp(-4 + 4 * products[i][j]);
          count++;
        }
      }
      return count == 0 ? Double.NaN : Math.log(sum / count);
    }
  }
}
