package org.clap4j.core.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs blocks one after the other.
 *
 * @param blocks at least one, each with a name of its own
 */
public record Sequential(List<Named<? extends Block>> blocks) implements Block {

  /** Copies the list. */
  public Sequential {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("a sequence needs at least one block");
    }
  }

  /** Makes a sequence of some blocks. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only copied
  public static Sequential of(Named<? extends Block>... blocks) {
    return new Sequential(List.of(blocks));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Named.parametersOf(blocks.toArray(Named<?>[]::new));
  }

  @Override
  public INDArray forward(BlockContext context, INDArray input) {
    INDArray output = input;
    for (Named<? extends Block> block : effective(context)) {
      output = block.forward(context, output);
    }
    return output;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    List<Named<? extends Block>> effective = effective(context);
    INDArray gradient = outputGradient;
    for (int i = effective.size() - 1; i > 0; i--) {
      gradient = effective.get(i).backward(context, gradient);
    }
    return effective.get(0).backwardToInput(context, gradient);
  }

  /** The blocks that do something in this pass, but at least one: the output is not the input. */
  private List<Named<? extends Block>> effective(BlockContext context) {
    if (isIdentity(context)) {
      return blocks.subList(0, 1);
    }
    return blocks.stream().filter(named -> !named.isIdentity(context)).toList();
  }

  @Override
  public boolean isIdentity(BlockContext context) {
    return blocks.stream().allMatch(named -> named.isIdentity(context));
  }

  @Override
  public boolean passesMask() {
    return blocks.stream().allMatch(named -> named.block().passesMask());
  }
}
