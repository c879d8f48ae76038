package org.clap4j.core.kernels;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * A small row-major matrix outside the Java heap, for products by OpenBLAS. Below 262,144
 * multiplications OpenBLAS works on the calling thread alone, so that each thread of a pool may
 * have matrices of its own.
 */
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
    gemm(a.elements, transposeA, b.elements, transposeB, 0, elements, rows, columns, inner);
  }

  /**
   * Computes out = op(a) · op(b) + keep · out on row-major matrices without gaps.
   *
   * @param rows of out
   * @param columns of out
   * @param inner columns of op(a), rows of op(b)
   */
  static void gemm(
      FloatPointer a,
      boolean transposeA,
      FloatPointer b,
      boolean transposeB,
      float keep,
      FloatPointer out,
      int rows,
      int columns,
      int inner) {
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasRowMajor,
        transposeA ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
        transposeB ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
        rows,
        columns,
        inner,
        1f,
        a,
        transposeA ? rows : inner,
        b,
        transposeB ? inner : columns,
        keep,
        out,
        columns);
  }

  @Override
  public void close() {
    elements.close();
  }
}
