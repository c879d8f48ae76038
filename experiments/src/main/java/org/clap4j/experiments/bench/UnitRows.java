package org.clap4j.experiments.bench;

import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Draws embeddings: rows of unit length, in directions that are all as likely. */
final class UnitRows {

  /** Rows that pass through the Java heap at once. */
  private static final int CHUNK = 256;

  private UnitRows() {}

  /** Draws [rows, dim] floats. */
  static INDArray draw(int rows, int dim, RandomSeed seed) {
    SplittableRandom random = seed.generator();
    INDArray all = Nd4j.createUninitialized(DataType.FLOAT, rows, dim);
    float[] values = new float[0];
    for (int from = 0; from < rows; from += CHUNK) {
      int count = Math.min(CHUNK, rows - from);
      values = values.length == count * dim ? values : new float[count * dim];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      try (INDArray chunk = Nd4j.createFromArray(values).reshape(count, dim);
          INDArray norms = chunk.norm2(1)) {
        all.get(NDArrayIndex.interval(from, from + count), NDArrayIndex.all())
            .assign(chunk.diviColumnVector(norms));
      }
    }
    return all;
  }
}
