package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * A differentiable piece of a tower, written by hand: forward, and backward through what forward
 * has saved. A block knows arrays and the {@link BlockContext} that lends it memory; it knows
 * nothing of DL4J and holds no state between calls, so one block serves any number of graphs.
 *
 * <p>Blocks are records: DL4J writes and reads a graph's configuration as JSON, a record by its
 * class and its components, which are numbers, texts, enums, lists, other blocks, or records of
 * these.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
public interface Block extends Serializable {

  /** The arrays that this block owns, in a fixed order; names are unique within the block. */
  List<ParameterSpec> parameters();

  /**
   * Computes the output. The input is not changed. The output lies in {@link
   * BlockContext#activation}; what backward needs is kept by {@link BlockContext#save}, and only if
   * {@link BlockContext#keepsForBackward()}.
   */
  INDArray forward(BlockContext context, INDArray input);

  /**
   * Computes the gradient with respect to the input, in {@link BlockContext#inputGradient}, and
   * overwrites the gradient of every parameter.
   *
   * @param outputGradient row-major, shape of forward's output; not changed
   */
  INDArray backward(BlockContext context, INDArray outputGradient);

  /**
   * Says whether this pass's output would be a copy of the input, as dropout's is in inference, so
   * that an outer block may leave the block out, forward and backward.
   */
  default boolean isIdentity(BlockContext context) {
    return false;
  }

  /** Says whether a token mask [B, L] that reaches this block also holds for its output. */
  default boolean passesMask() {
    return true;
  }
}
