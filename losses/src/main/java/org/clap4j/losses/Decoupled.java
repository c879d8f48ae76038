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
  public double chance(int pairs) {
    return Math.log(pairs - 1);
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
    private final LogSumExps negatives;
    private final double[] own;

    OfLogits(int pairs, Exponential exponential) {
      this.pairs = pairs;
      negatives = new LogSumExps(pairs, exponential);
      own = new double[pairs];
    }

    @Override
    public void gather(LogitTile tile) {
      tile.withoutDiagonal(own, () -> negatives.add(tile));
    }

    @Override
    public Gathered finish() {
      if (pairs == 1) {
        return new Gathered(0, (i, z, scratch, gradient) -> {});
      }
      Softmaxes softmaxes = negatives.softmaxes();
      return new Gathered(
          softmaxes.sumOfLogs(audioToTextShare, 1 - audioToTextShare) - LogSumExps.sum(own, pairs),
          (i, z, scratch, gradient) -> {
            softmaxes.add(i, z, audioToTextShare, 1 - audioToTextShare, scratch, gradient);
            gradient[i] = -1;
          });
    }
  }
}
