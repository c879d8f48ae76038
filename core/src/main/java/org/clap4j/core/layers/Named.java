package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block inside another block, with the name that stands before its parameters.
 *
 * <pre>{@code
 * Named<Linear> dense = new Named<>("output.dense", Linear.withBias(768, 768));
 * // parameters output.dense.weight, output.dense.bias
 * }</pre>
 *
 * @param name first part of its parameters' names; empty where they need none
 * @param block what it computes
 */
public record Named<B extends Block>(String name, B block) implements Serializable {

  /** Runs the block's forward within the outer block's. */
  public INDArray forward(BlockContext outer, INDArray input) {
    return block.forward(within(outer), input);
  }

  /** Runs the block's backward within the outer block's; the result is scratch. */
  public INDArray backward(BlockContext outer, INDArray outputGradient) {
    return block.backward(within(outer), outputGradient);
  }

  /**
   * Runs the block's backward as the last step of the outer block's: the result is the outer
   * block's, in its {@link BlockContext#inputGradient}.
   */
  public INDArray backwardToInput(BlockContext outer, INDArray outputGradient) {
    return block.backward(new ScopedContext(outer, name, true), outputGradient);
  }

  /** Whether the block gives back its input in this pass. */
  public boolean isIdentity(BlockContext outer) {
    return block.isIdentity(within(outer));
  }

  /** The context that the block sees. */
  BlockContext within(BlockContext outer) {
    return new ScopedContext(outer, name, false);
  }

  /** The block's parameters under their full names. */
  public Stream<ParameterSpec> parameters() {
    return block.parameters().stream()
        .map(
            spec ->
                new ParameterSpec(
                    name.isEmpty() ? spec.name() : name + '.' + spec.name(),
                    spec.kind(),
                    spec.initializer(),
                    spec.shape()));
  }

  /** The parameters of several blocks, in their order. */
  public static List<ParameterSpec> parametersOf(Named<?>... blocks) {
    return Stream.of(blocks).flatMap(Named::parameters).toList();
  }
}
