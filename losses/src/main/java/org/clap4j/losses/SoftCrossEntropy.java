package org.clap4j.losses;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * Cross-entropy between the softmax of the logits z = logitScale * audio text^T and soft targets,
 * along rows (each clip picks captions) and along columns (each caption picks clips).
 *
 * <pre>
 * loss  = w (1/N) sum_i [lse_j z_ij - sum_j P_ij z_ij] + (1 - w) (1/N) sum_j [lse_i z_ij - sum_i P_ji z_ij]
 * P_ij  = (1 - eps) [j is a positive of i] / count_i + eps / N
 * dz_ij = (1/N) [w softmax_j(z_ij) + (1 - w) softmax_i(z_ij) - w P_ij - (1 - w) P_ji]
 * </pre>
 */
final class SoftCrossEntropy implements LogitLoss {

  private final Positives positives;
  private final int pairs;
  private final double smoothing;
  private final double audioToTextShare;
  private final LogSumExps sums;

  /** By row: sum_j of z_ij times the targets of both directions. */
  private final double[] targetLogits;

  /** By pair: the weight that it gives each of its positives, w / count and (1 - w) / count. */
  private final double[] rowWeight;

  private final double[] columnWeight;

  /**
   * Describes the targets.
   *
   * @param positives right answers of each pair
   * @param smoothing eps, the share of the target that is spread over all N
   * @param audioToTextShare w, the weight of the direction in which clips pick captions
   * @param type of the embeddings
   */
  SoftCrossEntropy(Positives positives, double smoothing, double audioToTextShare, DataType type) {
    this.positives = positives;
    this.pairs = positives.size();
    this.smoothing = smoothing;
    this.audioToTextShare = audioToTextShare;
    sums = new LogSumExps(pairs, Exponential.of(type));
    targetLogits = new double[pairs];
    rowWeight = new double[pairs];
    columnWeight = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      double share = (1 - smoothing) / positives.count(i);
      rowWeight[i] = audioToTextShare * share;
      columnWeight[i] = (1 - audioToTextShare) * share;
    }
  }

  @Override
  public void gather(LogitTile tile) {
    tile.forRows(
        (i, z, scratch) -> {
          sums.addRow(i, z, scratch);
          targetLogits[i] = targetLogits(i, z);
        });
    sums.addColumns(tile);
  }

  @Override
  public Gathered finish() {
    Softmaxes softmaxes = sums.softmaxes();
    return new Gathered(
        softmaxes.sumOfLogs(audioToTextShare, 1 - audioToTextShare)
            - LogSumExps.sum(targetLogits, pairs),
        (i, z, scratch, gradient) -> {
          softmaxes.add(i, z, audioToTextShare, 1 - audioToTextShare, scratch, gradient);
          subtractTargets(i, gradient);
        });
  }

  private double targetLogits(int i, double[] z) {
    double sum = 0;
    for (int j = positives.next(i, 0); j < pairs; j = positives.next(i, j + 1)) {
      sum += (rowWeight[i] + columnWeight[j]) * z[j];
    }
    if (smoothing > 0) {
      double all = 0;
      for (int j = 0; j < pairs; j++) {
        all += z[j];
      }
      sum += smoothing / pairs * all;
    }
    return sum;
  }

  private void subtractTargets(int i, double[] gradient) {
    if (smoothing > 0) {
      for (int j = 0; j < pairs; j++) {
        gradient[j] -= smoothing / pairs;
      }
    }
    for (int j = positives.next(i, 0); j < pairs; j = positives.next(i, j + 1)) {
      gradient[j] -= rowWeight[i] + columnWeight[j];
    }
  }
}
