package org.clap4j.losses;

import org.clap4j.core.loss.ScaledLoss;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cross-entropy between the softmax of the logits z = logitScale * audio text^T and soft targets,
 * along rows (each clip picks captions) and along columns (each caption picks clips).
 *
 * <pre>
 * loss  = w (1/N) sum_i [lse_j z_ij - sum_j P_ij z_ij] + (1 - w) (1/N) sum_j [lse_i z_ij - sum_i P_ji z_ij]
 * P_ij  = (1 - eps) [j is a positive of i] / count_i + eps / N
 * dz_ij = (1/N) [w softmax_j(z_ij) + (1 - w) softmax_i(z_ij) - w P_ij - (1 - w) P_ji]
 * </pre>
 *
 * <p>The logits are made in tiles of some rows, twice: the first sweep gathers the log-sum-exps,
 * the second turns logits into gradients. A batch that fits into one tile is made once. Memory: one
 * tile beside embeddings and gradients, so N is limited by N D, not by N^2. Time: four matrix
 * products of N N D where a tile does not hold all, else three.
 */
final class SoftCrossEntropy {

  /** Elements of a tile: 2,048 pairs go in one. */
  static final int TILE = 1 << 22;

  private final Positives positives;
  private final double smoothing;
  private final double audioToTextShare;
  private final int tileElements;

  /**
   * Describes the targets.
   *
   * @param positives right answers of each pair
   * @param smoothing eps, the share of the target that is spread over all N
   * @param audioToTextShare w, the weight of the direction in which clips pick captions
   * @param tileElements most elements of a tile; one row at least
   */
  SoftCrossEntropy(
      Positives positives, double smoothing, double audioToTextShare, int tileElements) {
    this.positives = positives;
    this.smoothing = smoothing;
    this.audioToTextShare = audioToTextShare;
    this.tileElements = tileElements;
  }

  @SuppressWarnings("try") // the scope is opened and closed, nothing is asked of it
  ScaledLoss.Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return new Evaluation(audio_ND, text_ND, logitScale).result();
    }
  }

  /** One evaluation's arrays and sums. */
  private final class Evaluation {

    private final int pairs = positives.size();
    private final int tileRows = Math.max(1, Math.min(pairs, tileElements / pairs));
    private final Exponential exponential;
    private final LogitProducts products;
    private final LogitTile tile = new LogitTile(tileRows, pairs);

    /** By row: sum_j of z_ij times the targets of both directions; of dz_ij z_ij. */
    private final double[] targetLogits = new double[pairs];

    private final double[] gradientLogits = new double[pairs];

    /** By pair: the weight that it gives each of its positives, w / count and (1 - w) / count. */
    private final double[] rowWeight = new double[pairs];

    private final double[] columnWeight = new double[pairs];

    Evaluation(INDArray audio_ND, INDArray text_ND, double logitScale) {
      exponential = audio_ND.dataType() == DataType.DOUBLE ? Exponential.EXACT : Exponential.FAST;
      products = new LogitProducts(audio_ND, text_ND, logitScale);
      for (int i = 0; i < pairs; i++) {
        double share = (1 - smoothing) / positives.count(i);
        rowWeight[i] = audioToTextShare * share;
        columnWeight[i] = (1 - audioToTextShare) * share;
      }
    }

    ScaledLoss.Output result() {
      LogSumExps sums = new LogSumExps(pairs, exponential);
      for (int first = 0; first < pairs; first += tileRows) {
        products.readLogits(tile, first, Math.min(tileRows, pairs - first));
        sums.add(tile);
        tile.forRows((from, to, scratch) -> gatherTargetLogits(from, to));
      }
      double[] rowSums = sums.rows();
      double[] columnSums = sums.columns();
      for (int first = 0; first < pairs; first += tileRows) {
        if (tileRows < pairs) {
          products.readLogits(tile, first, Math.min(tileRows, pairs - first));
        }
        tile.forRows(
            (from, to, scratch) -> turnIntoGradients(from, to, scratch, rowSums, columnSums));
        products.addGradients(tile);
      }
      double value =
          audioToTextShare * LogSumExps.sum(rowSums, pairs)
              + (1 - audioToTextShare) * LogSumExps.sum(columnSums, pairs)
              - LogSumExps.sum(targetLogits, pairs);
      return new ScaledLoss.Output(
          value / pairs,
          products.audioGradient(),
          products.textGradient(),
          LogSumExps.sum(gradientLogits, pairs));
    }

    private void gatherTargetLogits(int from, int to) {
      double[] z = tile.values();
      for (int r = from; r < to; r++) {
        int start = r * pairs;
        int i = tile.firstRow() + r;
        double sum = 0;
        for (int j = positives.next(i, 0); j < pairs; j = positives.next(i, j + 1)) {
          sum += (rowWeight[i] + columnWeight[j]) * z[start + j];
        }
        if (smoothing > 0) {
          double all = 0;
          for (int j = 0; j < pairs; j++) {
            all += z[start + j];
          }
          sum += smoothing / pairs * all;
        }
        targetLogits[i] = sum;
      }
    }

    private void turnIntoGradients(
        int from, int to, double[] scratch, double[] rowSums, double[] columnSums) {
      double[] z = tile.values();
      double[] gradient = new double[pairs];
      for (int r = from; r < to; r++) {
        int start = r * pairs;
        int i = tile.firstRow() + r;
        for (int j = 0; j < pairs; j++) {
          gradient[j] = z[start + j] - rowSums[i];
          scratch[j] = z[start + j] - columnSums[j];
        }
        exponential.apply(gradient, pairs);
        exponential.apply(scratch, pairs);
        double uniform = smoothing / pairs;
        for (int j = 0; j < pairs; j++) {
          gradient[j] =
              audioToTextShare * gradient[j] + (1 - audioToTextShare) * scratch[j] - uniform;
        }
        for (int j = positives.next(i, 0); j < pairs; j = positives.next(i, j + 1)) {
          gradient[j] -= rowWeight[i] + columnWeight[j];
        }
        for (int j = 0; j < pairs; j++) {
          gradient[j] /= pairs;
          scratch[j] = gradient[j] * z[start + j];
          z[start + j] = gradient[j];
        }
        gradientLogits[i] = LogSumExps.sum(scratch, pairs);
      }
    }
  }
}
