package org.clap4j.core.text;

/**
 * Captions as token ids.
 *
 * @param ids [B, L] token ids
 * @param mask [B, L] 1 for a token, 0 for padding
 */
public record TokenBatch(int[][] ids, int[][] mask) {

  /** Checks that ids and mask have one shape. */
  public TokenBatch {
    if (ids.length != mask.length) {
      throw new IllegalArgumentException(
          "ids has " + ids.length + " rows, mask has " + mask.length);
    }
    for (int b = 0; b < ids.length; b++) {
      if (ids[b].length != ids[0].length || mask[b].length != ids[0].length) {
        throw new IllegalArgumentException("row " + b + " differs in length from row 0");
      }
    }
  }

  /** B, the number of captions. */
  public int size() {
    return ids.length;
  }

  /** L, the number of tokens of each row, padding included. */
  public int length() {
    return ids.length == 0 ? 0 : ids[0].length;
  }
}
