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
   * Gives what scores are multiplied with to make logits, not its log: what turns the scores of
   * candidates into probabilities. 1 where the loss has no such scale.
   */
  default double logitScale(LossParameters parameters) {
    return 1;
  }

  /**
   * Says how trained embeddings are compared, in evaluation and inference: by default as they are.
   */
  default Scoring scoring(LossParameters parameters) {
    return Scoring.cosine();
  }

  /**
   * Gives the numbers of first elements that are trained to do as an embedding by themselves,
   * ascending; evaluation measures each.
   */
  default List<Integer> prefixDims() {
    return List.of();
  }

  /**
   * Gives the loss of N pairs that are all alike to it, which a run that learns nothing stays at:
   * ln N for cross-entropies.
   */
  default double chance(int pairs) {
    return Math.log(pairs);
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
