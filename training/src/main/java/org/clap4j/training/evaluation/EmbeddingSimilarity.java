package org.clap4j.training.evaluation;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cosines of embeddings of unit length.
 *
 * <p>C: clips. M: captions. D: embedding dimension. R: rows of a block.
 */
final class EmbeddingSimilarity implements SimilaritySource {

  private final INDArray audio_CD;
  private final INDArray text_MD;

  EmbeddingSimilarity(INDArray audio_CD, INDArray text_MD) {
    if (audio_CD.rank() != 2 || text_MD.rank() != 2 || audio_CD.size(1) != text_MD.size(1)) {
      throw new IllegalArgumentException(
          "audio and text embeddings must be [clips, D] and [captions, D], were %s and %s"
              .formatted(Arrays.toString(audio_CD.shape()), Arrays.toString(text_MD.shape())));
    }
    this.audio_CD = audio_CD.castTo(DataType.FLOAT);
    this.text_MD = text_MD.castTo(DataType.FLOAT);
  }

  @Override
  public int clips() {
    return (int) audio_CD.size(0);
  }

  @Override
  public int captions() {
    return (int) text_MD.size(0);
  }

  /** A column-major [M, R] product is the block's row-major [R, M]. */
  @Override
  public void read(int first, int count, float[] block) {
    INDArray audio_RD =
        audio_CD.get(NDArrayIndex.interval(first, first + count), NDArrayIndex.all());
    try (INDArray product_MR =
        Nd4j.createUninitialized(DataType.FLOAT, new long[] {captions(), count}, 'f')) {
      Nd4j.gemm(text_MD, audio_RD.transpose(), product_MR, false, false, 1, 0);
      Nd4j.getAffinityManager().ensureLocation(product_MR, AffinityManager.Location.HOST);
      product_MR.data().asNio().asFloatBuffer().get(0, block, 0, count * captions());
    }
  }
}
