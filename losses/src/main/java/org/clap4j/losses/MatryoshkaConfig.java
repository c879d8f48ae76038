package org.clap4j.losses;

import java.util.List;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.Selected;

/** Options of {@link Matryoshka}. */
public record MatryoshkaConfig(
    @Key(
            "how many of the embedding's first elements are to do as an embedding by themselves,"
                + " ascending: [32, 64, 128]; the last is usually all of them")
        List<Integer> dims,
    @Key(value = "weight of each of dims, at least 0; all 1 if there are none", defaultValue = "[]")
        List<Double> weights,
    @Key("the loss of each of dims; its scale and other parameters are shared")
        Selected<LossFactory<?>> of) {

  /** Checks the ranges. */
  public MatryoshkaConfig {
    if (dims.isEmpty()) {
      throw new IllegalArgumentException("dims must have an element, has none");
    }
    int smaller = 0;
    for (int dim : dims) {
      if (dim <= smaller) {
        throw new IllegalArgumentException("dims must be above 0 and ascending, was " + dims);
      }
      smaller = dim;
    }
    if (!weights.isEmpty() && weights.size() != dims.size()) {
      throw new IllegalArgumentException(
          "weights must be as many as dims, %d, was %s".formatted(dims.size(), weights));
    }
    weights.forEach(weight -> OptionRange.requireNotNegative("weights", weight));
  }

  /** The weight of the i-th of dims. */
  double weight(int i) {
    return weights.isEmpty() ? 1 : weights.get(i);
  }
}
