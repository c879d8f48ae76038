package org.clap4j.core.kernels;

/**
 * The array kernels that blocks are made of, in two forms: tiled Java for float on the CPU, and
 * plain ND4J operations for double precision and other backends. Each form is tested against the
 * other.
 */
public interface Kernels {

  /** Name for people: {@code tiled} or {@code nd4j}. */
  String name();
}
