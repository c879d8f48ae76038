package org.clap4j.losses;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The matrix products between embeddings and tiles of logits, in the precision of the embeddings.
 *
 * <p>N: pairs. D: embedding dimension. R: rows of a tile. A tile is handed over as [N, R] in
 * column-major order, the memory of [R, N] in row-major order: the BLAS writes column-major results
 * without a copy.
 */
final class LogitProducts {

  private final INDArray audio_ND;
  private final INDArray text_ND;
  private final double logitScale;
  private final INDArray audioGradient_ND;
  private final INDArray textGradient_ND;

  LogitProducts(INDArray audio_ND, INDArray text_ND, double logitScale) {
    this.audio_ND = audio_ND;
    this.text_ND = text_ND;
    this.logitScale = logitScale;
    audioGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
    textGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
  }

  INDArray audioGradient() {
    return audioGradient_ND;
  }

  INDArray textGradient() {
    return textGradient_ND;
  }

  /** Reads rows [first, first + rows) of logitScale * audio text^T. */
  void readLogits(LogitTile tile, int first, int rows) {
    try (INDArray product_NR = product(rows)) {
      INDArray audio_DR = rows(audio_ND, first, rows).transpose();
      Nd4j.gemm(text_ND, audio_DR, product_NR, false, false, logitScale, 0);
      tile.read(first, product_NR);
    }
  }

  /**
   * Takes the gradient with respect to a tile's logits on to the embeddings: sets the tile's rows
   * of the audio gradient, adds to the text gradient.
   */
  void addGradients(LogitTile tile) {
    try (INDArray gradient_NR = product(tile.rows())) {
      tile.write(gradient_NR);
      INDArray audio_RD = rows(audio_ND, tile.firstRow(), tile.rows());
      INDArray audioGradient_DR = rows(audioGradient_ND, tile.firstRow(), tile.rows()).transpose();
      Nd4j.gemm(text_ND.transpose(), gradient_NR, audioGradient_DR, false, false, logitScale, 0);
      Nd4j.gemm(
          audio_RD.transpose(),
          gradient_NR.transpose(),
          textGradient_ND.transpose(),
          false,
          false,
          logitScale,
          1);
    }
  }

  private INDArray product(int rows) {
    return Nd4j.createUninitialized(audio_ND.dataType(), new long[] {audio_ND.size(0), rows}, 'f');
  }

  private static INDArray rows(INDArray array_ND, int first, int rows) {
    return array_ND.get(NDArrayIndex.interval(first, first + rows), NDArrayIndex.all());
  }
}
