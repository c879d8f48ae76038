package org.clap4j.core.kernels;

import org.bytedeco.javacpp.FloatPointer;

/** A small row-major matrix outside the Java heap, for products by {@link OpenBlas}. */
final class NativeMatrix implements AutoCloseable {

  private final int rows;
  private final int columns;
  private final FloatPointer elements;

  /** Allocates a matrix of undefined elements. */
  NativeMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.elements = new FloatPointer((long) rows * columns);
  }

  /** Takes all elements from an array. */
  void write(float[] source) {
    elements.put(source, 0, rows * columns);
  }

  /** Copies all elements to an array. */
  void read(float[] target) {
    elements.get(target, 0, rows * columns);
  }

  /** Becomes op(a) · op(b), where op transposes or does nothing. */
  void multiply(NativeMatrix a, boolean transposeA, NativeMatrix b, boolean transposeB) {
    int inner = transposeA ? a.rows : a.columns;
    OpenBlas.multiply(
        a.operand(transposeA), b.operand(transposeB), 1, 0, operand(false), rows, columns, inner);
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
