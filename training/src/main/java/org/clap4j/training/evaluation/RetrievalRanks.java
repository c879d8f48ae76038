package org.clap4j.training.evaluation;

import java.util.Arrays;
import java.util.BitSet;
import org.clap4j.core.kernels.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * The rank of every right answer, counted from tiles of the similarity matrix. First the tiles that
 * hold right answers are made, which are few where captions come in the order of their clips, and
 * those scores noted; then every tile is made, and who scores higher is counted both ways.
 *
 * <p>rank = 1 + number of others that score higher, or the same at a lower index, or no number.
 */
final class RetrievalRanks {

  private final SimilaritySource source;
  private final CaptionGroups groups;
  private final int clips;
  private final int captions;
  private final int tileClips;
  private final int tileCaptions;
  private final float[] tile;
  private @Nullable Tile held;

  /** By caption. */
  private final float[] rightScore;

  private final int[] rankOfCaption;
  private final int[] rankOfClip;

  /**
   * Counts.
   *
   * @param tileElements most similarities at a time
   */
  RetrievalRanks(SimilaritySource source, CaptionGroups groups, int tileElements) {
    this.source = source;
    this.groups = groups;
    clips = source.clips();
    captions = source.captions();
    tileCaptions =
        Math.min(captions, Math.max((int) Math.sqrt(tileElements), tileElements / clips));
    tileClips = Math.max(1, Math.min(clips, tileElements / tileCaptions));
    tile = new float[tileClips * tileCaptions];
    rightScore = new float[captions];
    rankOfCaption = new int[captions];
    rankOfClip = new int[captions];
    Arrays.fill(rankOfCaption, 1);
    Arrays.fill(rankOfClip, 1);
    noteRightScores();
    for (int clip = 0; clip < clips; clip += tileClips) {
      for (int caption = 0; caption < captions; caption += tileCaptions) {
        count(read(clip, caption));
      }
    }
  }

  /** Ranks of a clip's captions among all captions, in their order. */
  int[] ofCaptions(int clip) {
    int[] ranks = new int[groups.count(clip)];
    for (int n = 0; n < ranks.length; n++) {
      ranks[n] = rankOfCaption[groups.caption(clip, n)];
    }
    return ranks;
  }

  /** Rank of each caption's clip among all clips. */
  int[] ofClips() {
    return rankOfClip.clone();
  }

  /** Which similarities a tile has. */
  private record Tile(int firstClip, int clips, int firstCaption, int captions) {}

  /** Makes a tile, unless the buffer holds it already. */
  private Tile read(int firstClip, int firstCaption) {
    Tile wanted =
        new Tile(
            firstClip,
            Math.min(tileClips, clips - firstClip),
            firstCaption,
            Math.min(tileCaptions, captions - firstCaption));
    if (!wanted.equals(held)) {
      source.read(wanted.firstClip, wanted.clips, wanted.firstCaption, wanted.captions, tile);
      held = wanted;
    }
    return wanted;
  }

  private void noteRightScores() {
    for (int first = 0; first < captions; first += tileCaptions) {
      int end = Math.min(captions, first + tileCaptions);
      BitSet rows = new BitSet();
      for (int caption = first; caption < end; caption++) {
        rows.set(groups.clipOf(caption) / tileClips);
      }
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        Tile read = read(row * tileClips, first);
        for (int caption = first; caption < end; caption++) {
          int clip = groups.clipOf(caption) - read.firstClip;
          if (clip >= 0 && clip < read.clips) {
            rightScore[caption] = tile[clip * read.captions + caption - first];
          }
        }
      }
    }
  }

  private void count(Tile read) {
    WorkerPool pool = WorkerPool.shared();
    pool.forRange(read.clips, 1, (from, to) -> countHigherCaptions(read, (int) from, (int) to));
    pool.forRange(read.captions, 64, (from, to) -> countHigherClips(read, (int) from, (int) to));
  }

  private void countHigherCaptions(Tile read, int from, int to) {
    for (int row = from; row < to; row++) {
      int clip = read.firstClip + row;
      int start = row * read.captions;
      for (int n = 0; n < groups.count(clip); n++) {
        int right = groups.caption(clip, n);
        rankOfCaption[right] +=
            higher(tile, start, read.captions, right - read.firstCaption, rightScore[right]);
      }
    }
  }

  private void countHigherClips(Tile read, int from, int to) {
    for (int row = 0; row < read.clips; row++) {
      int clip = read.firstClip + row;
      int start = row * read.captions;
      for (int k = from; k < to; k++) {
        int caption = read.firstCaption + k;
        float score = tile[start + k];
        float right = rightScore[caption];
        if (!(score < right) && isHigher(clip, score, groups.clipOf(caption), right)) {
          rankOfClip[caption]++;
        }
      }
    }
  }

  /** Whether an entry that does not score lower comes before the right one. */
  private static boolean isHigher(int index, float score, int rightIndex, float rightScore) {
    return index != rightIndex && (index < rightIndex || score != rightScore);
  }

  /** The rank of one of the scores [start, start + length). */
  static int rank(float[] scores, int start, int length, int index) {
    return 1 + higher(scores, start, length, index, scores[start + index]);
  }

  /**
   * How many of the scores [start, start + length) come before the right one.
   *
   * @param index of the right one, counted from start; outside [0, length) where it is not among
   *     them
   */
  private static int higher(float[] scores, int start, int length, int index, float right) {
    int before = Math.max(0, Math.min(length, index));
    int higher = 0;
    for (int k = start; k < start + before; k++) {
      if (!(scores[k] < right)) {
        higher++;
      }
    }
    int after = index < 0 ? 0 : Math.min(length, index + 1);
    for (int k = start + after; k < start + length; k++) {
      if (!(scores[k] <= right)) {
        higher++;
      }
    }
    return higher;
  }
}
