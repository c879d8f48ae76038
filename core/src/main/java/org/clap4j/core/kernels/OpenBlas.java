package org.clap4j.core.kernels;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.openblas.presets.openblas_nolapack.SetNumThreads;

/**
 * Matrix products by OpenBLAS, row-major, each on the thread that asks for it.
 *
 * <p>OpenBLAS has threads of its own, for one large product at a time. While {@link #onCallers}
 * runs they are out of use, so that each thread of a pool may have products of its own.
 */
final class OpenBlas {

  /** As many threads as OpenBLAS was to have when this class was loaded. */
  private static final int OWN_THREADS =
      org.bytedeco.openblas.presets.openblas_nolapack.blas_get_num_threads();

  private static final SetThreads SET_THREADS = new SetThreads();
  private static int running;

  private OpenBlas() {}

  /** The library's function; the one in JavaCPP's presets looks up four symbols in each call. */
  private static final class SetThreads extends SetNumThreads {
    SetThreads() {
      put(Loader.addressof("openblas_set_num_threads"));
    }
  }

  /** Runs a task in which several threads multiply at the same time. */
  static void onCallers(Runnable task) {
    enter();
    try {
      task.run();
    } finally {
      leave();
    }
  }

  private static synchronized void enter() {
    if (running++ == 0) {
      SET_THREADS.call(1);
    }
  }

  private static synchronized void leave() {
    if (--running == 0) {
      SET_THREADS.call(OWN_THREADS);
    }
  }

  /**
   * A matrix outside the Java heap, which may be a part of the columns of another.
   *
   * @param elements from the first on
   * @param stride from a row's start to the next one's
   * @param transposed whether rows and columns change places when it is read
   */
  record Operand(FloatPointer elements, int stride, boolean transposed) {

    /** The same with rows and columns in each other's place. */
    Operand transpose() {
      return new Operand(elements, stride, !transposed);
    }

    /** The same from another element of its memory on. */
    Operand from(long element) {
      return new Operand(
          new FloatPointer(elements).position(elements.position() + element), stride, transposed);
    }

    private int form() {
      return transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans;
    }
  }

  /**
   * Computes out = factor · a · b + keep · out.
   *
   * @param out not transposed
   * @param rows of out
   * @param columns of out
   * @param inner columns of a, rows of b
   */
  static void multiply(
      Operand a,
      Operand b,
      float factor,
      float keep,
      Operand out,
      int rows,
      int columns,
      int inner) {
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasRowMajor,
        a.form(),
        b.form(),
        rows,
        columns,
        inner,
        factor,
        a.elements,
        a.stride,
        b.elements,
        b.stride,
        keep,
        out.elements,
        out.stride);
  }
}
