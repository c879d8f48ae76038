package org.clap4j.losses;

import java.util.Optional;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.loss.TemperedLoss;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Decoupled contrastive loss (DCL): {@link InfoNce} whose denominator leaves the positive out, so
 * that an easy positive does not weaken the push of the negatives.
 *
 * <pre>
 * loss = w mean_i [-z_ii + log sum_{j != i} exp z_ij] + (1 - w) mean_j [-z_jj + log sum_{i != j} exp z_ij]
 * z_ij = logitScale audio_i . text_j,   w = 0.5 unless set otherwise
 * </pre>
 *
 * <p>It may be negative, down to about -2 logitScale. To take for small batches. A single pair has
 * no negatives and gives 0. After Yeh et al. 2022 (arXiv 2110.06848).
 */
public final class Decoupled implements ScaledLoss {

  private final double audioToTextShare;

  Decoupled(double audioToTextShare) {
    this.audioToTextShare = audioToTextShare;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(DecoupledConfig config) {
    return TemperedLoss.of(new Decoupled(config.audioToTextShare()), config.temperature());
  }

  @Override
  public Optional<Directions> directions() {
    return Optional.of(new Directions(audioToTextShare, new Decoupled(1), new Decoupled(0)));
  }

  @Override
  public Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale, PairIds ids) {
    LogitLoss loss = new OfLogits(ids.size(), Exponential.of(audio_ND.dataType()));
    return TiledLogits.evaluate(audio_ND, text_ND, logitScale, loss);
  }

  final class OfLogits implements LogitLoss {

    private final int pairs;
    private final Exponential exponential;
    private final LogSumExps negatives;
    private final double[] own;
    private double[] ofRows = {};
    private double[] ofColumns = {};

    OfLogits(int pairs, Exponential exponential) {
      this.pairs = pairs;
      this.exponential = exponential;
      negatives = new LogSumExps(pairs, exponential);
      own = new double[pairs];
    }

    @Override
    public void gather(LogitTile tile) {
      tile.withoutDiagonal(own, () -> negatives.add(tile));
    }

    @Override
    public double value() {
      ofRows = negatives.rows();
      ofColumns = negatives.columns();
      if (pairs == 1) {
        return 0;
      }
      double sum = 0;
      for (int i = 0; i < pairs; i++) {
        sum += audioToTextShare * ofRows[i] + (1 - audioToTextShare) * ofColumns[i] - own[i];
      }
      return sum / pairs;
    }

    @Override
    public void differentiate(int i, double[] z, double[] gradient) {
      if (pairs == 1) {
        gradient[0] = 0;
        return;
      }
      z[i] = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < pairs; j++) {
        gradient[j] = z[j] - ofRows[i];
        z[j] -= ofColumns[j];
      }
      exponential.apply(gradient, pairs);
      exponential.apply(z, pairs);
      for (int j = 0; j < pairs; j++) {
        gradient[j] = (audioToTextShare * gradient[j] + (1 - audioToTextShare) * z[j]) / pairs;
      }
      gradient[i] = -1.0 / pairs;
    }
  }
}
