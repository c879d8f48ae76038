package org.clap4j.losses;

import java.util.List;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LogitScale;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
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
public final class MultiPositive implements ContrastiveLoss {

  private final MultiPositiveConfig config;
  private final LogitScale logitScale;

  /** Makes the loss that a configuration describes. */
  public MultiPositive(MultiPositiveConfig config) {
    this.config = config;
    logitScale = new LogitScale(config.temperature());
  }

  @Override
  public List<ParameterSpec> parameters() {
    return logitScale.parameters();
  }

  @Override
  public LossOutput evaluate(
      INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
    EmbeddingPairs.check(audio_ND, text_ND, ids);
    return new SoftCrossEntropy(
            new SharedIds(ids, config.share()),
            config.labelSmoothing(),
            config.audioToTextShare(),
            SoftCrossEntropy.TILE)
        .evaluate(audio_ND, text_ND, logitScale, parameters);
  }

  @Override
  public double logitScale(LossParameters parameters) {
    return logitScale.value(parameters);
  }

  @Override
  public void clamp(LossParameters parameters) {
    logitScale.clamp(parameters);
  }
}
