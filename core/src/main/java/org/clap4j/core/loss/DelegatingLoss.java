package org.clap4j.core.loss;

import java.util.List;
import org.clap4j.core.layers.ParameterSpec;

/** A loss that evaluates another one in its own way, and leaves all else to it. */
public interface DelegatingLoss extends ContrastiveLoss {

  /** The other loss. */
  ContrastiveLoss delegate();

  @Override
  default List<ParameterSpec> parameters() {
    return delegate().parameters();
  }

  @Override
  default double logitScale(LossParameters parameters) {
    return delegate().logitScale(parameters);
  }

  @Override
  default Scoring scoring(LossParameters parameters) {
    return delegate().scoring(parameters);
  }

  @Override
  default List<Integer> prefixDims() {
    return delegate().prefixDims();
  }

  @Override
  default double chance(int pairs) {
    return delegate().chance(pairs);
  }

  @Override
  default boolean usesIds() {
    return delegate().usesIds();
  }

  @Override
  default boolean isClamped(LossParameters parameters) {
    return delegate().isClamped(parameters);
  }

  @Override
  default void afterStep(LossParameters parameters, long steps) {
    delegate().afterStep(parameters, steps);
  }
}
