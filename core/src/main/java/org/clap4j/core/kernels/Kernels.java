package org.clap4j.core.kernels;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * The array kernels that blocks are made of, by topic, in two forms: tiled Java for float on the
 * CPU, and plain ND4J operations for double precision and other backends. Each form is tested
 * against the other.
 *
 * <p>Arrays handed to a kernel are row-major and without gaps, results included; results are
 * allocated by the caller and overwritten. A kernel may be called by any thread; its result does
 * not depend on how threads are scheduled.
 */
public interface Kernels {

  /** Name for people: {@code tiled} or {@code nd4j}. */
  String name();

  /** Linear layers, activations, layer norm and dropout. */
  DenseKernels dense();

  /** Token embeddings, self-attention and pooling over tokens. */
  SequenceKernels sequences();

  /** Attention within the windows of an image. */
  WindowKernels windows();

  /** Batch norm and pooling of convolutional networks. */
  ImageKernels images();

  /** Updates of flat parameter vectors. */
  OptimizerKernels optimizers();

  /**
   * Gives the form for a data type, as the system property {@code clap4j.kernels} asks for it:
   * {@code auto} (the default: tiled for FLOAT on a CPU backend), {@code tiled} or {@code nd4j}.
   */
  static Kernels of(DataType dataType) {
    return KernelChoice.fromSystemProperty().kernels(dataType);
  }
}
