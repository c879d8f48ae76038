package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Lends a kernel memory for what lies between its input and its result. */
@FunctionalInterface
public interface Scratch {

  /** Lends an uninitialised row-major array that the kernel may use until it returns. */
  INDArray lend(long... shape);
}
