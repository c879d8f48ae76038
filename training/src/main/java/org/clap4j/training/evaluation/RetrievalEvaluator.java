package org.clap4j.training.evaluation;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures retrieval between clips and captions, one caption per clip or several.
 *
 * <p>With several captions: each caption is a query of its own among the clips, and all count
 * alike. A clip's rank is that of its best caption; its average precision at ten takes all of its
 * captions: their ranks sorted, those within ten kept, sum of i / rank_i by the number of captions.
 * LAION-CLAP's code leaves out the sorting that its documentation names; this follows the
 * documentation.
 *
 * <p>Memory: one tile of similarities (64 MB at most, twice) and some numbers per caption. Time:
 * one product C M D where captions come in the order of their clips, two at most.
 */
public final class RetrievalEvaluator {

  /** Similarities in a tile. */
  private static final int TILE = 1 << 24;

  private static final int CUTOFF = 10;

  private RetrievalEvaluator() {}

  /**
   * Ranks by the products of rows and measures.
   *
   * @param audio_CD unit embeddings of C clips, [C, D], or other rows of a {@link
   *     org.clap4j.core.loss.Scoring}
   * @param text_MD those of M captions, [M, D]
   * @param clipOfCaption [M] the clip that each caption describes; every clip has one or more
   */
  public static RetrievalMetrics evaluate(
      INDArray audio_CD, INDArray text_MD, int[] clipOfCaption) {
    try (EmbeddingSimilarity similarity = new EmbeddingSimilarity(audio_CD, text_MD)) {
      return evaluate(similarity, clipOfCaption, TILE);
    }
  }

  static RetrievalMetrics evaluate(SimilaritySource source, int[] clipOfCaption, int tileElements) {
    if (clipOfCaption.length != source.captions()) {
      throw new IllegalArgumentException(
          "%d entries of clipOfCaption for %d captions"
              .formatted(clipOfCaption.length, source.captions()));
    }
    CaptionGroups groups = new CaptionGroups(clipOfCaption, source.clips());
    RetrievalRanks ranks = new RetrievalRanks(source, groups, tileElements);
    return new RetrievalMetrics(audioToText(ranks, source.clips()), textToAudio(ranks));
  }

  private static RetrievalMetrics.Direction audioToText(RetrievalRanks ranks, int clips) {
    int[] best = new int[clips];
    double precision = 0;
    for (int clip = 0; clip < clips; clip++) {
      int[] ofClip = ranks.ofCaptions(clip);
      Arrays.sort(ofClip);
      best[clip] = ofClip[0];
      precision += averagePrecision(ofClip);
    }
    return direction(best, precision / clips);
  }

  private static RetrievalMetrics.Direction textToAudio(RetrievalRanks ranks) {
    int[] ofClips = ranks.ofClips();
    double precision = 0;
    for (int rank : ofClips) {
      precision += averagePrecision(rank);
    }
    return direction(ofClips, precision / ofClips.length);
  }

  /** At a cut-off of ten. */
  private static double averagePrecision(int... sortedRanks) {
    double sum = 0;
    for (int i = 0; i < sortedRanks.length && sortedRanks[i] <= CUTOFF; i++) {
      sum += (i + 1.0) / sortedRanks[i];
    }
    return sum / sortedRanks.length;
  }

  private static RetrievalMetrics.Direction direction(int[] ranks, double mapAt10) {
    int[] sorted = ranks.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    return new RetrievalMetrics.Direction(
        recall(sorted, 1),
        recall(sorted, 5),
        recall(sorted, 10),
        mapAt10,
        Arrays.stream(sorted).average().orElseThrow(),
        median);
  }

  private static double recall(int[] ranks, int k) {
    return Arrays.stream(ranks).filter(rank -> rank <= k).count() / (double) ranks.length;
  }
}
