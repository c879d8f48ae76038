package org.clap4j.losses;

import java.util.Optional;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.loss.TemperedLoss;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Symmetric InfoNCE: each clip picks its caption among the batch's captions, each caption its clip
 * among the clips, by softmax cross-entropy over scaled cosines.
 *
 * <pre>
 * loss = w mean_i [-z_ii + log sum_j exp z_ij] + (1 - w) mean_j [-z_jj + log sum_i exp z_ij]
 * z_ij = logitScale audio_i . text_j,   w = 0.5 unless set otherwise
 * </pre>
 *
 * <p>All other pairs are negatives, even those with the same clip or caption: where these are
 * frequent, take {@link MultiPositive}. After Elizalde et al. 2022 (arXiv 2206.04769); label
 * smoothing after Szegedy et al. 2016.
 */
public final class InfoNce implements ScaledLoss {

  private final InfoNceConfig config;

  private InfoNce(InfoNceConfig config) {
    this.config = config;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(InfoNceConfig config) {
    return TemperedLoss.of(new InfoNce(config), config.temperature());
  }

  @Override
  public Optional<Directions> directions() {
    return Optional.of(
        new Directions(
            config.audioToTextShare(),
            new InfoNce(config.withShare(1)),
            new InfoNce(config.withShare(0))));
  }

  @Override
  public Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale, PairIds ids) {
    LogitLoss loss =
        new SoftCrossEntropy(
            new OwnPair(ids.size()),
            config.labelSmoothing(),
            config.audioToTextShare(),
            audio_ND.dataType());
    return TiledLogits.evaluate(audio_ND, text_ND, logitScale, loss);
  }
}
