package org.clap4j.losses;

import java.util.Arrays;
import java.util.Optional;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.loss.TemperedLoss;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Contrastive loss with reweighted negatives (HN-NCE): those that are most like the anchor count
 * more.
 *
 * <pre>
 * loss = w mean_i -log(exp z_ii / (alpha exp z_ii + sum_{j != i} w_ij exp z_ij)) + (1 - w) (the same on the transpose)
 * w_ij = (N - 1) exp(beta z_ij) / sum_{k != i} exp(beta z_ik)
 * z_ij = logitScale audio_i . text_j,   w = 0.5 unless set otherwise
 * </pre>
 *
 * <p>With alpha 1 and beta 0 it is {@link InfoNce}. To take where the batch's negatives are mostly
 * easy and seldom false: a duplicate is the hardest negative of all. A single pair has no negatives
 * and gives log alpha. After Radenovic et al. 2023 (arXiv 2301.02280) and Robinson et al. 2021
 * (arXiv 2010.04592), where the weights are detached.
 */
public final class HardNegative implements ScaledLoss {

  private final HardNegativeConfig config;

  HardNegative(HardNegativeConfig config) {
    this.config = config;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(HardNegativeConfig config) {
    return TemperedLoss.of(new HardNegative(config), config.temperature());
  }

  @Override
  public double chance(int pairs) {
    return Math.log(config.alpha() + pairs - 1);
  }

  @Override
  public Optional<Directions> directions() {
    return Optional.of(
        new Directions(
            config.audioToTextShare(),
            new HardNegative(config.withShare(1)),
            new HardNegative(config.withShare(0))));
  }

  @Override
  public Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale, PairIds ids) {
    LogitLoss loss = new OfLogits(ids.size(), Exponential.of(audio_ND.dataType()));
    return TiledLogits.evaluate(audio_ND, text_ND, logitScale, loss);
  }

  /**
   * The sum over weighted negatives is (N - 1) sum exp((1 + beta) z) / sum exp(beta z): two
   * log-sum-exps for each anchor.
   */
  final class OfLogits implements LogitLoss {

    private final int pairs;
    private final Exponential exponential;
    private final double beta = config.beta();
    private final double share = config.audioToTextShare();
    private final LogSumExps weights;
    private final LogSumExps weighted;
    private final double[] own;

    OfLogits(int pairs, Exponential exponential) {
      this.pairs = pairs;
      this.exponential = exponential;
      weights = new LogSumExps(pairs, beta, exponential);
      weighted = new LogSumExps(pairs, 1 + beta, exponential);
      own = new double[pairs];
    }

    @Override
    public void gather(LogitTile tile) {
      tile.withoutDiagonal(
          own,
          () -> {
            if (beta > 0) {
              weights.add(tile);
            }
            weighted.add(tile);
          });
    }

    @Override
    public Gathered finish() {
      Anchors clips = new Anchors(beta > 0 ? weights.rows() : allAlike(), weighted.rows());
      Anchors captions = new Anchors(beta > 0 ? weights.columns() : allAlike(), weighted.columns());
      double sum = share * clips.sum() + (1 - share) * captions.sum();
      return new Gathered(sum, gradient(clips, captions));
    }

    /** log sum_{j != i} exp 0. */
    private double[] allAlike() {
      double[] logs = new double[pairs];
      Arrays.fill(logs, Math.log(pairs - 1));
      return logs;
    }

    private RowGradient gradient(Anchors clips, Anchors captions) {
      Softmaxes ofWeighted =
          new Softmaxes(1 + beta, clips.logOfWeighted, captions.logOfWeighted, exponential);
      Softmaxes ofWeights =
          new Softmaxes(beta, clips.logOfWeights, captions.logOfWeights, exponential);
      boolean detached = config.weights() == HardNegativeConfig.Weights.DETACHED;
      double slope = detached ? 1 : 1 + beta;
      double weightSlope = detached ? 0 : -beta;
      return (i, z, scratch, gradient) -> {
        ofWeighted.add(i, z, slope * share, slope * (1 - share), scratch, gradient);
        ofWeights.add(i, z, weightSlope * share, weightSlope * (1 - share), scratch, gradient);
        gradient[i] = share * clips.ownShares[i] + (1 - share) * captions.ownShares[i] - 1;
      };
    }

    /**
     * What was gathered of all anchors of one direction. The negatives' share p of an anchor's
     * denominator is the factor of its softmaxes in the gradient: it is taken into their
     * denominators.
     */
    private final class Anchors {

      private final double[] logDenominators;
      private final double[] ownShares;
      private final double[] logOfWeights;
      private final double[] logOfWeighted;

      Anchors(double[] weights, double[] weighted) {
        logDenominators = new double[weights.length];
        ownShares = new double[weights.length];
        logOfWeights = new double[weights.length];
        logOfWeighted = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
          double positive = Math.log(config.alpha()) + own[i];
          double negatives =
              pairs == 1
                  ? Double.NEGATIVE_INFINITY
                  : Math.log(pairs - 1) + weighted[i] - weights[i];
          double max = Math.max(positive, negatives);
          logDenominators[i] = max + Math.log(Math.exp(positive - max) + Math.exp(negatives - max));
          ownShares[i] = Math.exp(positive - logDenominators[i]);
          double logP = negatives - logDenominators[i];
          logOfWeights[i] = weights[i] - logP;
          logOfWeighted[i] = weighted[i] - logP;
        }
      }

      /** The sum of their losses. */
      double sum() {
        return LogSumExps.sum(logDenominators, pairs) - LogSumExps.sum(own, pairs);
      }
    }
  }
}
