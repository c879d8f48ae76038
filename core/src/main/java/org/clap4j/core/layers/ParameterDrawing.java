package org.clap4j.core.layers;

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
    // One piece of native memory for all chunks: arrays made of Java's are copied twice, and the
    // copies of a large model stay until a garbage collection.
    int chunk = (int) Math.min(CHUNK, flat.length());
    try (INDArray drawn = Nd4j.createUninitialized(array.dataType(), chunk)) {
      for (long from = 0; from < flat.length(); from += chunk) {
        int count = (int) Math.min(chunk, flat.length() - from);
        for (int i = 0; i < count; i++) {
          drawn.data().put(i, spec.initializer().next(random));
        }
        flat.get(NDArrayIndex.interval(from, from + count))
            .assign(drawn.get(NDArrayIndex.interval(0, count)));
      }
    }
  }
}
