package org.clap4j.core.kernels;

/**
 * Kernels in plain Java for FLOAT arrays in host memory. An array is walked in tiles that fit into
 * the first-level cache: copied to a {@code float[]}, worked on by loops that the compiler turns
 * into vector instructions, copied back. One pass over memory then does the work of several ND4J
 * operations.
 */
public final class TiledKernels implements Kernels {

  private static final TiledKernels SHARED = new TiledKernels(WorkerPool.shared());

  private final DenseKernels dense;
  private final SequenceKernels sequences;
  private final WindowKernels windows;
  private final ImageKernels images;
  private final OptimizerKernels optimizers;

  TiledKernels(WorkerPool workers) {
    this.dense = new TiledDenseKernels(workers);
    this.sequences = new TiledSequenceKernels(workers);
    this.windows = new TiledWindowKernels(workers);
    this.images = new TiledImageKernels(workers, dense);
    this.optimizers = new TiledOptimizerKernels(workers);
  }

  /** The kernels that run on the process's worker pool. */
  public static TiledKernels shared() {
    return SHARED;
  }

  @Override
  public String name() {
    return "tiled";
  }

  @Override
  public DenseKernels dense() {
    return dense;
  }

  @Override
  public SequenceKernels sequences() {
    return sequences;
  }

  @Override
  public WindowKernels windows() {
    return windows;
  }

  @Override
  public ImageKernels images() {
    return images;
  }

  @Override
  public OptimizerKernels optimizers() {
    return optimizers;
  }
}
