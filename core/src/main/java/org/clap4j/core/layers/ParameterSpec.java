package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Declares one array that a block owns.
 *
 * @param name the field's standard name, local to the block: {@code conv1.weight}
 * @param kind what the optimiser may do with it
 * @param initializer how it starts
 * @param shape its dimensions
 */
public record ParameterSpec(String name, Kind kind, Initializer initializer, long... shape)
    implements Serializable {

  /** What the optimiser may do with an array. */
  public enum Kind {
    /** Trained, and decayed where weight decay is on: matrices and kernels. */
    WEIGHT,
    /** Trained, never decayed: biases, gains of norms, scales, anything one-dimensional. */
    NO_DECAY,
    /**
     * Not trained: running statistics. Its slot of the gradient holds what is to be subtracted from
     * it once per step, unscaled by any learning rate.
     */
    STATE
  }

  /** Copies the shape. */
  public ParameterSpec {
    shape = shape.clone();
  }

  /** Number of elements. */
  public long length() {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterSpec that
        && name.equals(that.name)
        && kind == that.kind
        && initializer.equals(that.initializer)
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }
}
