package org.clap4j.core.kernels;

/** Kernels made of plain ND4J operations: any data type, any backend. */
public final class Nd4jKernels implements Kernels {

  @Override
  public String name() {
    return "nd4j";
  }
}
