package org.clap4j.losses;

import org.clap4j.core.kernels.DenseKernels;
import org.clap4j.core.kernels.Kernels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The matrix products between embeddings and tiles of logits, in the precision of the embeddings.
 *
 * <p>N: pairs. D: embedding dimension. R: rows of a tile.
 */
final class LogitProducts implements AutoCloseable {

  private final DenseKernels kernels;
  private final INDArray audio_ND;
  private final INDArray text_ND;
  private final double logitScale;
  private final INDArray audioGradient_ND;
  private final INDArray textGradient_ND;

  /** Memory for the tile's clips times the scale. */
  private final INDArray scaled_RD;

  LogitProducts(INDArray audio_ND, INDArray text_ND, double logitScale, int tileRows) {
    this.kernels = Kernels.of(audio_ND.dataType()).dense();
    this.audio_ND = rowMajor(audio_ND);
    this.text_ND = rowMajor(text_ND);
    this.logitScale = logitScale;
    audioGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
    textGradient_ND = Nd4j.create(audio_ND.dataType(), audio_ND.shape(), 'c');
    scaled_RD = Nd4j.createUninitialized(audio_ND.dataType(), tileRows, audio_ND.size(1));
  }

  private static INDArray rowMajor(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array)
        ? array
        : array.dup('c');
  }

  INDArray audioGradient() {
    return audioGradient_ND;
  }

  INDArray textGradient() {
    return textGradient_ND;
  }

  /** Reads rows [first, first + rows) of logitScale * audio text^T. */
  void readLogits(LogitTile tile, int first, int rows) {
    tile.fill(
        first,
        rows,
        logits_RN -> kernels.multiply(scaledAudio(first, rows), false, text_ND, true, logits_RN));
  }

  /**
   * Takes the gradient with respect to the logits, which has replaced a tile's rows, on to the
   * embeddings: sets the tile's rows of the audio gradient, adds to the text gradient.
   */
  void addGradients(LogitTile tile) {
    INDArray gradient_RN = tile.replaced();
    int rows = (int) gradient_RN.size(0);
    INDArray audioGradient_RD = rows(audioGradient_ND, tile.firstRow(), rows);
    kernels.multiply(gradient_RN, false, text_ND, false, audioGradient_RD);
    audioGradient_RD.muli(logitScale);
    INDArray scaled_RD = scaledAudio(tile.firstRow(), rows);
    kernels.multiplyAdd(gradient_RN, true, scaled_RD, false, textGradient_ND);
  }

  private INDArray scaledAudio(int first, int rows) {
    return rows(audio_ND, first, rows).mul(logitScale, rows(scaled_RD, 0, rows));
  }

  private static INDArray rows(INDArray array_ND, int first, int rows) {
    return array_ND.get(NDArrayIndex.interval(first, first + rows), NDArrayIndex.all());
  }

  @Override
  public void close() {
    scaled_RD.close();
  }
}
