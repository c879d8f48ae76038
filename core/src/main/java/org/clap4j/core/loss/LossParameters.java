package org.clap4j.core.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.layers.ParameterDrawing;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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

  /** Draws what a loss declares as it is at the start of training, for use without a model. */
  public static LossParameters starting(List<ParameterSpec> specs, DataType type, RandomSeed seed) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      INDArray array = Nd4j.createUninitialized(type, spec.shape(), 'c');
      ParameterDrawing.draw(spec, seed.split(spec.name()), array);
      arrays.put(spec.name(), array);
    }
    return new LossParameters(arrays);
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
