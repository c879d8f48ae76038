package org.clap4j.encoders.tokenizers;

import java.util.Arrays;
import java.util.List;
import org.clap4j.core.text.TokenBatch;

/** Pads rows of ids to one length. */
final class TokenRows {

  private TokenRows() {}

  /** Pads to the longest row, at the end. */
  static TokenBatch pad(List<int[]> rows, int paddingId) {
    int length = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    int[][] ids = new int[rows.size()][];
    int[][] mask = new int[rows.size()][length];
    for (int b = 0; b < ids.length; b++) {
      int[] row = rows.get(b);
      ids[b] = Arrays.copyOf(row, length);
      Arrays.fill(ids[b], row.length, length, paddingId);
      Arrays.fill(mask[b], 0, row.length, 1);
    }
    return new TokenBatch(ids, mask);
  }
}
