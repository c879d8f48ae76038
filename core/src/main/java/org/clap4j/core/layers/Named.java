package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A block inside another block, with the name that stands before its parameters.
 *
 * <pre>{@code
 * Named<Linear> dense = new Named<>("output.dense", Linear.withBias(768, 768));
 * // parameters output.dense.weight, output.dense.bias
 * }</pre>
 *
 * @param name first part of its parameters' names
 * @param block what it computes
 */
public record Named<B extends Block>(
    @JsonProperty("name") String name, @JsonProperty("block") B block) implements Serializable {

  /** Names a block. */
  @JsonCreator
  public Named {}

  /** Runs the block's forward within the outer block's. */
  public INDArray forward(BlockContext outer, INDArray input) {
    return block.forward(new ScopedContext(outer, name), input);
  }

  /** Runs the block's backward within the outer block's; the result is scratch. */
  public INDArray backward(BlockContext outer, INDArray outputGradient) {
    return block.backward(new ScopedContext(outer, name), outputGradient);
  }

  /** The context that the block sees. */
  public BlockContext within(BlockContext outer) {
    return new ScopedContext(outer, name);
  }

  /** The block's parameters under their full names. */
  public Stream<ParameterSpec> parameters() {
    return block.parameters().stream()
        .map(
            spec ->
                new ParameterSpec(
                    name + '.' + spec.name(), spec.kind(), spec.initializer(), spec.shape()));
  }

  /** The parameters of several blocks, in their order. */
  public static List<ParameterSpec> parametersOf(Named<?>... blocks) {
    return Stream.of(blocks).flatMap(Named::parameters).toList();
  }
}
