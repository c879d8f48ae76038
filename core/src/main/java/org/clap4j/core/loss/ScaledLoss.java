package org.clap4j.core.loss;

import java.util.Optional;
import org.clap4j.core.data.PairIds;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A loss of logits, which are cosines times a scale that is given: the part of a contrastive loss
 * that is left when its temperature is taken out. {@link TemperedLoss} puts one in.
 */
@FunctionalInterface
public interface ScaledLoss {

  /**
   * Evaluates the loss and its gradients, as {@link ContrastiveLoss#evaluate} does.
   *
   * @param audio_ND audio embeddings [N, D], N at least 1
   * @param text_ND text embeddings [N, D] of the same type
   * @param logitScale factor between cosines and logits
   * @param ids of the N pairs
   */
  Output evaluate(INDArray audio_ND, INDArray text_ND, double logitScale, PairIds ids);

  /** Whether pairs that share a clip or a caption are anything but negatives to it. */
  default boolean usesIds() {
    return false;
  }

  /** The loss of N pairs that are all alike to it: ln N for cross-entropies. */
  default double chance(int pairs) {
    return Math.log(pairs);
  }

  /** Takes the loss apart into its two directions, if that is what it consists of. */
  default Optional<Directions> directions() {
    return Optional.empty();
  }

  /**
   * A loss as a sum: share times one direction plus the rest times the other.
   *
   * @param audioToTextShare weight of the first, in [0, 1]
   * @param audioToText clips pick captions
   * @param textToAudio captions pick clips
   */
  record Directions(double audioToTextShare, ScaledLoss audioToText, ScaledLoss textToAudio) {}

  /**
   * Value and gradients.
   *
   * @param value the loss
   * @param audioGradient [N, D] d value / d audio embeddings
   * @param textGradient [N, D] d value / d text embeddings
   * @param logLogitScaleGradient d value / d log(logitScale)
   */
  record Output(
      double value, INDArray audioGradient, INDArray textGradient, double logLogitScaleGradient) {}
}
