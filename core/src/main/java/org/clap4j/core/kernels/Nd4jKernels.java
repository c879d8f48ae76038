package org.clap4j.core.kernels;

/** Kernels made of plain ND4J operations: any data type, any backend. */
public final class Nd4jKernels implements Kernels {

  private final DenseKernels dense = new Nd4jDenseKernels();
  private final SequenceKernels sequences = new Nd4jSequenceKernels();

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
}
