package org.clap4j.training.evaluation;

import java.util.Arrays;
import org.clap4j.core.kernels.WorkerPool;

/**
 * The rank of every right answer, counted from blocks of the similarity matrix in two sweeps: a
 * clip's captions are ranked within its row; for the captions' ranking of clips the first sweep
 * notes the score of the right clip, the second counts who scores higher.
 *
 * <p>rank = 1 + number of others that score higher, or the same at a lower index, or no number.
 */
final class RetrievalRanks {

  private final SimilaritySource source;
  private final CaptionGroups groups;
  private final int rowsAtATime;
  private final int captions;
  private final float[] block;

  /** By clip and its captions, as {@link CaptionGroups#start} says. */
  private final int[] captionRanks;

  private final int[] clipRanks;
  private final float[] rightScore;

  RetrievalRanks(SimilaritySource source, CaptionGroups groups, int blockElements) {
    this.source = source;
    this.groups = groups;
    captions = source.captions();
    rowsAtATime = Math.max(1, Math.min(source.clips(), blockElements / captions));
    block = new float[rowsAtATime * captions];
    captionRanks = new int[captions];
    clipRanks = new int[captions];
    rightScore = new float[captions];
    Arrays.fill(clipRanks, 1);
    count();
  }

  /** Ranks of a clip's captions among all captions, in their order. */
  int[] ofCaptions(int clip) {
    int start = groups.start(clip);
    return Arrays.copyOfRange(captionRanks, start, start + groups.count(clip));
  }

  /** Rank of each caption's clip among all clips. */
  int[] ofClips() {
    return clipRanks.clone();
  }

  private void count() {
    for (int first = 0; first < source.clips(); first += rowsAtATime) {
      int start = first;
      int rows = read(first);
      WorkerPool.shared()
          .forRange(rows, 1, (from, to) -> rankCaptions(start, (int) from, (int) to));
    }
    for (int first = 0; first < source.clips(); first += rowsAtATime) {
      int start = first;
      int rows = rowsAtATime < source.clips() ? read(first) : rowsAtATime;
      WorkerPool.shared()
          .forRange(
              captions, 1024, (from, to) -> countHigherClips(start, rows, (int) from, (int) to));
    }
  }

  private int read(int first) {
    int rows = Math.min(rowsAtATime, source.clips() - first);
    source.read(first, rows, block);
    return rows;
  }

  private void rankCaptions(int first, int from, int to) {
    for (int r = from; r < to; r++) {
      int clip = first + r;
      int row = r * captions;
      for (int n = 0; n < groups.count(clip); n++) {
        int right = groups.caption(clip, n);
        rightScore[right] = block[row + right];
        captionRanks[groups.start(clip) + n] = rank(block, row, captions, right);
      }
    }
  }

  private void countHigherClips(int first, int rows, int from, int to) {
    for (int r = 0; r < rows; r++) {
      int clip = first + r;
      int row = r * captions;
      for (int j = from; j < to; j++) {
        int right = groups.clipOf(j);
        float score = block[row + j];
        boolean lower = clip < right ? score < rightScore[j] : score <= rightScore[j];
        if (!lower && clip != right) {
          clipRanks[j]++;
        }
      }
    }
  }

  /** The rank of one of the scores [start, start + length). */
  static int rank(float[] scores, int start, int length, int index) {
    float score = scores[start + index];
    int rank = 1;
    for (int k = start; k < start + index; k++) {
      if (!(scores[k] < score)) {
        rank++;
      }
    }
    for (int k = start + index + 1; k < start + length; k++) {
      if (!(scores[k] <= score)) {
        rank++;
      }
    }
    return rank;
  }
}
