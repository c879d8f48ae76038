package org.clap4j.losses;

import java.util.Optional;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.loss.TemperedLoss;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Contrastive cross-entropy with several right answers: pairs that share a clip, a caption, or
 * either share the target in equal parts instead of being each other's negatives.
 *
 * <pre>
 * loss = w mean_i [-sum_j P_ij z_ij + log sum_j exp z_ij] + (1 - w) mean_j [-sum_i P_ji z_ij + log sum_i exp z_ij]
 * P_ij = [i and j share an id] / count_i,   z_ij = logitScale audio_i . text_j
 * </pre>
 *
 * <p>To take where captions or clips repeat within a batch: several captions per clip, or few
 * classes. Without repetitions it is {@link InfoNce}. Its least value is the entropy of the
 * targets, not 0. Equal to the "out" form of supervised contrastive learning across modalities,
 * Khosla et al. 2020 (arXiv 2004.11362).
 */
public final class MultiPositive implements ScaledLoss {

  private final MultiPositiveConfig config;

  private MultiPositive(MultiPositiveConfig config) {
    this.config = config;
  }

  /** Makes the loss that a configuration describes. */
  public static ContrastiveLoss of(MultiPositiveConfig config) {
    return TemperedLoss.of(new MultiPositive(config), config.temperature());
  }

  @Override
  public boolean usesIds() {
    return true;
  }

  @Override
  public Optional<Directions> directions() {
    return Optional.of(
        new Directions(
            config.audioToTextShare(),
            new MultiPositive(config.withShare(1)),
            new MultiPositive(config.withShare(0))));
  }

  @Override
  public Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale, PairIds ids) {
    LogitLoss loss =
        new SoftCrossEntropy(
            new SharedIds(ids, config.share()),
            config.labelSmoothing(),
            config.audioToTextShare(),
            audio_ND.dataType());
    return TiledLogits.evaluate(audio_ND, text_ND, logitScale, loss);
  }
}
