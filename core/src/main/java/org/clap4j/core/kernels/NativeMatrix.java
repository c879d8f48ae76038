package org.clap4j.core.kernels;

import org.bytedeco.javacpp.FloatPointer;

/** A small row-major matrix outside the Java heap, for products by {@link OpenBlas}. */
final class NativeMatrix implements AutoCloseable {

  private final int rows;
  private final int columns;
  private final FloatPointer elements;
  private final HostFloats floats;

  /** Allocates a matrix of undefined elements. */
  NativeMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.elements = new FloatPointer((long) rows * columns);
    this.floats = new HostFloats(elements);
  }

  /** Takes all elements from an array. */
  void write(float[] source) {
    floats.write(0, source, rows * columns);
  }

  /** Copies all elements to an array. */
  void read(float[] target) {
    floats.read(0, target, rows * columns);
  }

  /** The elements, row by row. */
  HostFloats floats() {
    return floats;
  }

  /** The matrix for products. */
  OpenBlas.Operand operand(boolean transposed) {
    return new OpenBlas.Operand(elements, columns, transposed);
  }

  @Override
  public void close() {
    elements.close();
  }
}
