package org.clap4j.core.kernels;

/** Kernels made of plain ND4J operations: any data type, any backend. */
public final class Nd4jKernels implements Kernels {

  private final ImageKernels images = new Nd4jImageKernels();
  private final OptimizerKernels optimizers = new Nd4jOptimizerKernels();

  private final DenseKernels dense = new Nd4jDenseKernels();
  private final SequenceKernels sequences = new Nd4jSequenceKernels();
  private final WindowKernels windows = new Nd4jWindowKernels();

  @Override
  public String name() {
    return "nd4j";
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
