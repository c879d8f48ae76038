package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.List;
import org.clap4j.core.kernels.DenseKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The three linear maps that an attention starts with, as a part of attention blocks.
 *
 * @param query to the queries, D to D
 * @param key to the keys
 * @param value to the values
 */
public record QueryKeyValue(Named<Linear> query, Named<Linear> key, Named<Linear> value)
    implements Serializable {

  /** Three arrays of one shape, [.., D]. */
  record Arrays(INDArray q, INDArray k, INDArray v) {

    /** Three arrays to be written, gone when the call returns. */
    static Arrays scratch(BlockContext context, long... shape) {
      return new Arrays(context.scratch(shape), context.scratch(shape), context.scratch(shape));
    }

    /** The same as matrices [R, D]. */
    Arrays rows() {
      return new Arrays(Rows.of(q), Rows.of(k), Rows.of(v));
    }
  }

  /** Maps that start normal, biases 0: {@code self.query}, {@code self.key}, {@code self.value}. */
  public static QueryKeyValue normal(int width, double standardDeviation) {
    Linear linear = Linear.normal(width, width, standardDeviation);
    return new QueryKeyValue(
        new Named<>("self.query", linear),
        new Named<>("self.key", linear),
        new Named<>("self.value", linear));
  }

  /** D. */
  int width() {
    return query.block().outputs();
  }

  /** The parameters under their full names. */
  List<ParameterSpec> parameters() {
    return Named.parametersOf(query, key, value);
  }

  /** Computes queries, keys and values. */
  Arrays forward(BlockContext context, INDArray input) {
    return new Arrays(
        query.forward(context, input), key.forward(context, input), value.forward(context, input));
  }

  /** Computes the gradient with respect to the input, as the last step of the outer block's. */
  INDArray backwardToInput(BlockContext context, Arrays gradients) {
    INDArray throughQuery = query.backward(context, gradients.q());
    INDArray throughKey = key.backward(context, gradients.k());
    INDArray throughValue = value.backward(context, gradients.v());
    DenseKernels kernels = context.kernels().dense();
    INDArray inputGradient = context.inputGradient(throughQuery.shape());
    kernels.add(throughQuery, throughKey, inputGradient);
    kernels.add(inputGradient, throughValue, inputGradient);
    return inputGradient;
  }
}
