package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.kernels.DenseKernels;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The three linear maps that an attention starts with, each with a bias, as a part of attention
 * blocks. Forward they are one.
 *
 * @param query to the queries, D to D
 * @param key to the keys
 * @param value to the values
 */
public record QueryKeyValue(Named<Linear> query, Named<Linear> key, Named<Linear> value)
    implements Serializable {

  /** Checks that there are biases. */
  public QueryKeyValue {
    if (!Stream.of(query, key, value).allMatch(map -> map.block().hasBias())) {
      throw new IllegalArgumentException("the maps to queries, keys and values need biases");
    }
  }

  /** Three arrays of one shape, [.., D]: the gradients of queries, keys and values. */
  record Gradients(INDArray q, INDArray k, INDArray v) {

    /** Three arrays to be written, gone when the call returns. */
    static Gradients scratch(BlockContext context, long... shape) {
      return new Gradients(context.scratch(shape), context.scratch(shape), context.scratch(shape));
    }

    /** The same as matrices [R, D]. */
    Gradients rows() {
      return new Gradients(Rows.of(q), Rows.of(k), Rows.of(v));
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

  /** Computes queries, keys and values side by side, [.., 3 D]. */
  INDArray forward(BlockContext context, INDArray input) {
    List<INDArray> weights = new ArrayList<>();
    List<INDArray> biases = new ArrayList<>();
    for (Named<Linear> map : List.of(query, key, value)) {
      BlockContext inner = map.within(context);
      map.block().take(inner, input);
      weights.add(map.block().weight(inner));
      biases.add(map.block().bias(inner));
    }
    INDArray output = context.activation(Rows.shape(input, 3L * width()));
    context
        .kernels()
        .dense()
        .linear(Rows.of(input), weights, biases, context::scratch, Rows.of(output));
    return output;
  }

  /** Computes the gradient with respect to the input, as the last step of the outer block's. */
  INDArray backwardToInput(BlockContext context, Gradients gradients) {
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
