package org.clap4j.training.evaluation;

import java.util.Arrays;
import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.kernels.Kernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cosines of embeddings of unit length.
 *
 * <p>C: clips. M: captions. D: embedding dimension.
 */
final class EmbeddingSimilarity implements SimilaritySource, AutoCloseable {

  private final DenseKernels kernels = Kernels.of(DataType.FLOAT).dense();
  private final INDArray audio_CD;
  private final INDArray text_MD;
  private INDArray buffer = Nd4j.createUninitialized(DataType.FLOAT, 1);

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

  @Override
  public void read(int firstClip, int clips, int firstCaption, int captions, float[] tile) {
    INDArray product_CM = product(clips, captions);
    kernels.multiply(
        rows(audio_CD, firstClip, clips),
        false,
        rows(text_MD, firstCaption, captions),
        true,
        product_CM);
    Nd4j.getAffinityManager().ensureLocation(product_CM, AffinityManager.Location.HOST);
    product_CM.data().asNio().asFloatBuffer().get(0, tile, 0, clips * captions);
  }

  /** A matrix at the start of the buffer, which grows to the largest that is asked for. */
  private INDArray product(int clips, int captions) {
    long length = (long) clips * captions;
    if (length > buffer.length()) {
      buffer.close();
      buffer = Nd4j.createUninitialized(DataType.FLOAT, length);
    }
    return buffer.get(NDArrayIndex.interval(0, length)).reshape('c', clips, captions);
  }

  @Override
  public void close() {
    buffer.close();
  }

  private static INDArray rows(INDArray rows, int first, int count) {
    return rows.get(NDArrayIndex.interval(first, first + count), NDArrayIndex.all());
  }
}
