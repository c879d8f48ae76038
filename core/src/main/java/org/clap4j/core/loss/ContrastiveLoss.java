package org.clap4j.core.loss;

import java.util.List;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares N audio embeddings with N text embeddings; row i of one belongs to row i of the other.
 *
 * <p>Implementations are immutable, pure and safe for use by many threads; they compute value and
 * gradients by hand, in the precision of the embeddings, and hold no [N, N] array beyond a tile.
 */
public interface ContrastiveLoss {

  /** The arrays that the loss trains: the log of the logit scale, a bias. May be empty. */
  List<ParameterSpec> parameters();

  /**
   * Evaluates the loss and all its gradients.
   *
   * @param audio_ND audio embeddings [N, D], used as they are (the model hands in unit rows)
   * @param text_ND text embeddings [N, D]
   * @param parameters the loss's own parameters
   * @param ids which pairs share a clip or a caption
   */
  LossOutput evaluate(INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids);

  /**
   * Gives what cosines are multiplied with to make logits, not its log: what turns the scores of
   * candidates into probabilities. 1 where the loss has no such scale.
   */
  default double logitScale(LossParameters parameters) {
    return 1;
  }

  /** Whether pairs that share a clip or a caption are anything but negatives to it. */
  default boolean usesIds() {
    return false;
  }

  /** Whether the logit scale is as large as it may become. */
  default boolean isClamped(LossParameters parameters) {
    return false;
  }

  /**
   * Sets what a step of the optimiser has left to be set: the clamp of the logit scale.
   *
   * @param parameters changed in place
   * @param steps finished steps of the run, this one included
   */
  default void afterStep(LossParameters parameters, long steps) {}
}
