package org.clap4j.core.layers;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/** How a parameter starts. */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
public sealed interface Initializer extends Serializable {

  /** Draws or gives the next element, in row-major order. */
  double next(SplittableRandom random);

  /** Every element the same. */
  record Constant(double value) implements Initializer {
    @Override
    public double next(SplittableRandom random) {
      return value;
    }
  }

  /** Normal with mean 0. */
  record Normal(double standardDeviation) implements Initializer {
    @Override
    public double next(SplittableRandom random) {
      return standardDeviation * random.nextGaussian();
    }
  }

  /** Uniform in [-bound, bound). */
  record Uniform(double bound) implements Initializer {
    @Override
    public double next(SplittableRandom random) {
      return bound * (2 * random.nextDouble() - 1);
    }

    /** Glorot and Bengio 2010: bound sqrt(6 / (fanIn + fanOut)). */
    public static Uniform xavier(long fanIn, long fanOut) {
      return new Uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
    }

    /** What PyTorch's linear layers start with: bound 1 / sqrt(fanIn). */
    public static Uniform fanIn(long fanIn) {
      return new Uniform(1 / Math.sqrt(fanIn));
    }
  }
}
