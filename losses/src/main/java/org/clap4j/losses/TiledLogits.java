package org.clap4j.losses;

import org.clap4j.core.loss.ScaledLoss;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Value and gradients of a {@link LogitLoss} without the logits z = logitScale * audio text^T as a
 * whole: they are made in tiles of some rows, twice, first to be gathered, then to be turned into
 * gradients. A batch that fits into one tile is made once. Memory: one tile beside embeddings and
 * gradients, so N is limited by N D, not by N^2. Time: four matrix products of N N D where a tile
 * does not hold all, else three.
 */
final class TiledLogits implements AutoCloseable {

  /** Elements of a tile: 2,048 pairs go in one. */
  private static final int TILE = 1 << 22;

  /** Rows of a tile of more than 16,384 pairs; products of fewer rows are slow. */
  private static final long LEAST_ROWS = 256;

  private final int pairs;
  private final int tileRows;
  private final LogitProducts products;
  private final LogitTile tile;

  private TiledLogits(INDArray audio_ND, INDArray text_ND, double logitScale, int tileElements) {
    pairs = Math.toIntExact(audio_ND.size(0));
    tileRows = Math.max(1, Math.min(pairs, tileElements / pairs));
    products = new LogitProducts(audio_ND, text_ND, logitScale, tileRows);
    tile = new LogitTile(audio_ND.dataType(), tileRows, pairs);
  }

  /** Evaluates a loss of N pairs in tiles of the usual size. */
  static ScaledLoss.Output evaluate(
      INDArray audio_ND, INDArray text_ND, double logitScale, LogitLoss loss) {
    long leastElements = LEAST_ROWS * audio_ND.size(0);
    return evaluate(
        audio_ND, text_ND, logitScale, loss, Math.toIntExact(Math.max(TILE, leastElements)));
  }

  /**
   * Evaluates a loss of N pairs.
   *
   * @param tileElements most elements of a tile; one row at least
   */
  @SuppressWarnings("try") // the scope is opened and closed, nothing is asked of it
  static ScaledLoss.Output evaluate(
      INDArray audio_ND, INDArray text_ND, double logitScale, LogitLoss loss, int tileElements) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        TiledLogits logits = new TiledLogits(audio_ND, text_ND, logitScale, tileElements)) {
      return logits.evaluate(loss);
    }
  }

  private ScaledLoss.Output evaluate(LogitLoss loss) {
    for (int first = 0; first < pairs; first += tileRows) {
      products.readLogits(tile, first, Math.min(tileRows, pairs - first));
      loss.gather(tile);
    }
    LogitLoss.Gathered gathered = loss.finish();
    double[] gradientLogits = new double[pairs];
    for (int first = 0; first < pairs; first += tileRows) {
      if (tileRows < pairs) {
        products.readLogits(tile, first, Math.min(tileRows, pairs - first));
      }
      tile.replaceRows(
          (i, z, scratch, gradient) -> {
            gathered.gradient().write(i, z, scratch, gradient);
            gradientLogits[i] = mean(z, scratch, gradient);
          });
      products.addGradients(tile);
    }
    return new ScaledLoss.Output(
        gathered.sum() / pairs,
        products.audioGradient(),
        products.textGradient(),
        LogSumExps.sum(gradientLogits, pairs));
  }

  /** Makes the gradient of the mean of that of the sum; gives the sum of dz_ij z_ij over j. */
  private double mean(double[] z, double[] scratch, double[] gradient) {
    for (int j = 0; j < pairs; j++) {
      gradient[j] /= pairs;
      scratch[j] = z[j] * gradient[j];
    }
    return LogSumExps.sum(scratch, pairs);
  }

  @Override
  public void close() {
    products.close();
    tile.close();
  }
}
