package org.clap4j.core.data;

/**
 * Which pairs of a batch share a clip, and which share a caption. Equal ids mean the same clip or
 * the same caption text.
 *
 * @param clipIds [N]
 * @param captionIds [N]
 */
public record PairIds(long[] clipIds, long[] captionIds) {

  /** Checks that both have one length. */
  public PairIds {
    if (clipIds.length != captionIds.length) {
      throw new IllegalArgumentException(
          clipIds.length + " clip ids for " + captionIds.length + " caption ids");
    }
  }

  /** Gives every pair ids of its own: no duplicates. */
  public static PairIds distinct(int pairs) {
    long[] ids = new long[pairs];
    for (int i = 0; i < pairs; i++) {
      ids[i] = i;
    }
    return new PairIds(ids, ids.clone());
  }

  /** N, the number of pairs. */
  public int size() {
    return clipIds.length;
  }
}
