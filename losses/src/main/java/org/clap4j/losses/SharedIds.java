package org.clap4j.losses;

import java.util.HashMap;
import java.util.Map;
import org.clap4j.core.data.PairIds;

/** The pairs that have the same clip, the same caption, or either. */
final class SharedIds implements Positives {

  private final PairIds ids;
  private final boolean byClip;
  private final boolean byCaption;
  private final int[] counts;

  SharedIds(PairIds ids, MultiPositiveConfig.Share share) {
    this.ids = ids;
    byClip = share != MultiPositiveConfig.Share.CAPTION;
    byCaption = share != MultiPositiveConfig.Share.CLIP;
    counts = counts();
  }

  /** A pair is the same by both ids, one of them, or none. */
  private record Both(long clip, long caption) {}

  /** Counts in O(N): same clip, plus same caption, less those that are the same in both. */
  private int[] counts() {
    Map<Long, Integer> clips = new HashMap<>();
    Map<Long, Integer> captions = new HashMap<>();
    Map<Both, Integer> both = new HashMap<>();
    for (int i = 0; i < size(); i++) {
      clips.merge(ids.clipIds()[i], 1, Integer::sum);
      captions.merge(ids.captionIds()[i], 1, Integer::sum);
      both.merge(both(i), 1, Integer::sum);
    }
    int[] result = new int[size()];
    for (int i = 0; i < result.length; i++) {
      int sameClip = byClip ? clips.getOrDefault(ids.clipIds()[i], 0) : 0;
      int sameCaption = byCaption ? captions.getOrDefault(ids.captionIds()[i], 0) : 0;
      int inBoth = byClip && byCaption ? both.getOrDefault(both(i), 0) : 0;
      result[i] = sameClip + sameCaption - inBoth;
    }
    return result;
  }

  private Both both(int pair) {
    return new Both(ids.clipIds()[pair], ids.captionIds()[pair]);
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public int count(int pair) {
    return counts[pair];
  }

  @Override
  public int next(int pair, int from) {
    long clip = ids.clipIds()[pair];
    long caption = ids.captionIds()[pair];
    int j = from;
    while (j < size()
        && !(byClip && ids.clipIds()[j] == clip)
        && !(byCaption && ids.captionIds()[j] == caption)) {
      j++;
    }
    return j;
  }
}
