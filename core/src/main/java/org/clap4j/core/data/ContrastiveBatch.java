package org.clap4j.core.data;

import java.util.List;
import org.clap4j.core.text.TokenBatch;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * N pairs, ready for the towers: row i of the log-mel belongs to row i of the tokens.
 *
 * @param logMel [N, C, frames, melBins] in dB; C = 4 for encoders that fuse long clips, else 1
 * @param isLonger [N] which clips are longer than the window, and fused
 * @param tokens [N, L]
 * @param ids which pairs share a clip or a caption
 * @param clipNames [N] for messages
 */
public record ContrastiveBatch(
    INDArray logMel, boolean[] isLonger, TokenBatch tokens, PairIds ids, List<String> clipNames)
    implements AutoCloseable {

  /** Checks that all parts have N rows. */
  public ContrastiveBatch {
    long pairs = logMel.size(0);
    if (isLonger.length != pairs
        || tokens.size() != pairs
        || ids.size() != pairs
        || clipNames.size() != pairs) {
      throw new IllegalArgumentException(
          "log-mel has "
              + pairs
              + " rows, is-longer "
              + isLonger.length
              + ", tokens "
              + tokens.size()
              + ", ids "
              + ids.size()
              + ", names "
              + clipNames.size());
    }
    clipNames = List.copyOf(clipNames);
  }

  /** Pairs of clips of which none is fused. */
  public ContrastiveBatch(INDArray logMel, TokenBatch tokens, PairIds ids, List<String> clipNames) {
    this(logMel, new boolean[Math.toIntExact(logMel.size(0))], tokens, ids, clipNames);
  }

  /** N, the number of pairs. */
  public int size() {
    return clipNames.size();
  }

  /** Frees the log-mel's memory. */
  @Override
  public void close() {
    if (logMel.closeable()) {
      logMel.close();
    }
  }
}
