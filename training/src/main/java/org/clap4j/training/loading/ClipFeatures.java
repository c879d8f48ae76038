package org.clap4j.training.loading;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Log-mels of clips that are only looked at, not trained on. A clip has one row or, if it is long
 * and evaluated by windows, several, which may go on in the next batch: its embedding is the
 * normalised mean of its rows' embeddings.
 *
 * @param logMel [N, C, F, M] in dB; C = 4 for encoders that fuse long clips, else 1
 * @param isLonger [N] which rows are of a clip that is fused
 * @param clipIndices [N] which clip a row belongs to; ascending
 */
public record ClipFeatures(INDArray logMel, boolean[] isLonger, List<Integer> clipIndices)
    implements AutoCloseable {

  /** Freezes the list. */
  public ClipFeatures {
    clipIndices = List.copyOf(clipIndices);
  }

  /** Frees the log-mel's memory. */
  @Override
  public void close() {
    if (logMel.closeable()) {
      logMel.close();
    }
  }
}
