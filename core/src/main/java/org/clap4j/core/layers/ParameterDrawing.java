package org.clap4j.core.layers;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Gives parameters their first values. */
public final class ParameterDrawing {

  private static final int CHUNK = 1 << 16;

  private ParameterDrawing() {}

  /** Fills an array, row-major, from its initializer. */
  public static void draw(ParameterSpec spec, RandomSeed seed, INDArray array) {
    if (spec.initializer() instanceof Initializer.Constant constant) {
      array.assign(constant.value());
      return;
    }
    SplittableRandom random = seed.generator();
    INDArray flat = array.reshape('c', new long[] {array.length()});
    double[] values = new double[(int) Math.min(CHUNK, flat.length())];
    for (long from = 0; from < flat.length(); from += values.length) {
      int count = (int) Math.min(values.length, flat.length() - from);
      for (int i = 0; i < count; i++) {
        values[i] = spec.initializer().next(random);
      }
      double[] chunk = count == values.length ? values : Arrays.copyOf(values, count);
      try (INDArray drawn = Nd4j.create(chunk, new long[] {count}, array.dataType())) {
        flat.get(NDArrayIndex.interval(from, from + count)).assign(drawn);
      }
    }
  }
}
