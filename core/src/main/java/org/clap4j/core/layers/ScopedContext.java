package org.clap4j.core.layers;

import java.util.SplittableRandom;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.random.RandomSeed;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a block inside another block is given: the outer block's context, with the inner block's
 * name before parameters and saved arrays, and a random stream of its own. What the inner backward
 * returns is scratch, out of which the outer block makes its own result, or that result itself.
 */
final class ScopedContext implements BlockContext {

  private final BlockContext outer;
  private final String name;
  private final boolean first;

  /**
   * Scopes a context.
   *
   * @param name the inner block's name; empty for one whose names need nothing before them
   * @param first whether the inner block's backward gives the outer block's result
   */
  ScopedContext(BlockContext outer, String name, boolean first) {
    this.outer = outer;
    this.name = name;
    this.first = first;
  }

  private String within(String local) {
    return name.isEmpty() ? local : name + '.' + local;
  }

  @Override
  public boolean needsInputGradient() {
    return !first || outer.needsInputGradient();
  }

  @Override
  public INDArray parameter(String local) {
    return outer.parameter(within(local));
  }

  @Override
  public INDArray gradient(String local) {
    return outer.gradient(within(local));
  }

  @Override
  public Kernels kernels() {
    return outer.kernels();
  }

  @Override
  public boolean keepsForBackward() {
    return outer.keepsForBackward();
  }

  @Override
  public boolean dropsOut() {
    return outer.dropsOut();
  }

  @Override
  public boolean usesBatchStatistics() {
    return outer.usesBatchStatistics();
  }

  @Override
  public SplittableRandom random() {
    return RandomSeed.of(outer.random().nextLong()).split(name).generator();
  }

  @Override
  public @Nullable INDArray mask() {
    return outer.mask();
  }

  @Override
  public INDArray activation(long... shape) {
    return outer.activation(shape);
  }

  @Override
  public INDArray inputGradient(long... shape) {
    return first ? outer.inputGradient(shape) : outer.scratch(shape);
  }

  @Override
  public INDArray scratch(long... shape) {
    return outer.scratch(shape);
  }

  @Override
  public void save(String local, Object value) {
    outer.save(within(local), value);
  }

  @Override
  public <T> T saved(String local, Class<T> type) {
    return outer.saved(within(local), type);
  }
}
