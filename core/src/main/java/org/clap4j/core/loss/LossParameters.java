package org.clap4j.core.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The trained arrays of a loss, by name: {@code log_logit_scale}, {@code logit_bias}.
 *
 * @param arrays by name, in the order in which the loss declares them
 */
public record LossParameters(Map<String, INDArray> arrays) {

  /** Keeps the order. */
  public LossParameters {
    arrays = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  /** The array of that name. */
  public INDArray get(String name) {
    INDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "the loss has no parameter '" + name + "'; it has " + arrays.keySet());
    }
    return array;
  }

  /** The value of a parameter that is one number. */
  public double scalar(String name) {
    return get(name).getDouble(0);
  }
}
