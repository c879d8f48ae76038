package org.clap4j.core.loss;

import java.util.Arrays;
import org.clap4j.core.data.PairIds;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks what a loss is given, so that a mistake is named where it is made. */
public final class EmbeddingPairs {

  private EmbeddingPairs() {}

  /** Requires two [N, D] arrays of one floating-point type, N at least 1, and N ids. */
  public static void check(INDArray audio_ND, INDArray text_ND, PairIds ids) {
    if (audio_ND.rank() != 2
        || !Arrays.equals(audio_ND.shape(), text_ND.shape())
        || audio_ND.size(0) == 0) {
      throw new IllegalArgumentException(
          "audio and text embeddings must both be [N, D] with N at least 1, were %s and %s"
              .formatted(Arrays.toString(audio_ND.shape()), Arrays.toString(text_ND.shape())));
    }
    if (!audio_ND.dataType().isFPType() || audio_ND.dataType() != text_ND.dataType()) {
      throw new IllegalArgumentException(
          "audio and text embeddings must both be FLOAT or both DOUBLE, were %s and %s"
              .formatted(audio_ND.dataType(), text_ND.dataType()));
    }
    if (ids.size() != audio_ND.size(0)) {
      throw new IllegalArgumentException(
          "%d ids for %d pairs".formatted(ids.size(), audio_ND.size(0)));
    }
  }
}
