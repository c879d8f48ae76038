package org.clap4j.encoders.heads;

/** The check that all heads make of their dimension. */
final class HeadDimension {

  private HeadDimension() {}

  static void check(int dim) {
    if (dim < 1) {
      throw new IllegalArgumentException("dim must be at least 1, was " + dim);
    }
  }
}
