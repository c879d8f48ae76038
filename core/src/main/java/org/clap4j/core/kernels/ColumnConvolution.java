package org.clap4j.core.kernels;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Convolution by matrix products: a column holds all that one output position sees (Chellapilla et
 * al. 2006). oneDNN rearranges weights and images in each call. Where a large kernel meets few
 * positions, that takes several times the arithmetic's time and ten times the weights' memory;
 * where a kernel is tiny, it takes longer than the arithmetic.
 *
 * <p>Legend: B images, N of them at once, C channels of the input, O of the output, K = C ·
 * kernelHeight · kernelWidth, S positions of an image, P = N S.
 */
final class ColumnConvolution {

  /** Up to so many elements in a column, columns cost less than rearranged images. */
  private static final long SHORT_COLUMN = 64;

  /** Up to so many positions in all images, columns cost less than rearranged weights. */
  private static final long FEW_POSITIONS = 512;

  /** An image of so many positions gets products of its own, which saves memory and a copy. */
  private static final long MANY_POSITIONS = 4096;

  private final WorkerPool workers;
  private final DenseKernels products;

  ColumnConvolution(WorkerPool workers, DenseKernels products) {
    this.workers = workers;
    this.products = products;
  }

  /** Says whether this is the faster way. */
  static boolean suits(Convolution2d convolution, INDArray x_BCHW) {
    return convolution.keepsSize()
        && (x_BCHW.size(1) * convolution.taps() <= SHORT_COLUMN
            || x_BCHW.size(0) * positions(x_BCHW) <= FEW_POSITIONS);
  }

  private static long positions(INDArray images) {
    return images.size(2) * images.size(3);
  }

  private static long imagesAtOnce(INDArray images) {
    return positions(images) >= MANY_POSITIONS ? 1 : images.size(0);
  }

  /** Computes y. */
  void forward(
      Convolution2d convolution,
      INDArray x_BCHW,
      INDArray weight,
      Scratch scratch,
      INDArray y_BOHW) {
    INDArray weight_OK = matrix(weight);
    long step = imagesAtOnce(x_BCHW);
    INDArray columns_KP = scratch.lend(weight_OK.size(1), step * positions(x_BCHW));
    for (long image = 0; image < x_BCHW.size(0); image += step) {
      gather(convolution, images(x_BCHW, image, step), columns_KP);
      INDArray y_NOHW = images(y_BOHW, image, step);
      INDArray y_OP = step == 1 ? matrix(y_NOHW.slice(0)) : lendOutputsFirst(y_NOHW, scratch);
      products.multiply(weight_OK, false, columns_KP, false, y_OP);
      if (step > 1) {
        swapAxes(y_OP, y_NOHW.size(1), step, y_NOHW);
      }
    }
  }

  /** Computes the gradients with respect to x and to the weight. */
  void backward(
      Convolution2d convolution,
      INDArray x_BCHW,
      INDArray weight,
      INDArray g_BOHW,
      Scratch scratch,
      INDArray gx_BCHW,
      INDArray weightGradient) {
    INDArray weight_OK = matrix(weight);
    INDArray weightGradient_OK = matrix(weightGradient);
    long step = imagesAtOnce(x_BCHW);
    INDArray columns_KP = scratch.lend(weight_OK.size(1), step * positions(x_BCHW));
    for (long image = 0; image < x_BCHW.size(0); image += step) {
      INDArray g_NOHW = images(g_BOHW, image, step);
      INDArray g_OP = step == 1 ? matrix(g_NOHW.slice(0)) : lendOutputsFirst(g_NOHW, scratch);
      if (step > 1) {
        swapAxes(g_NOHW, step, g_NOHW.size(1), g_OP);
      }
      gather(convolution, images(x_BCHW, image, step), columns_KP);
      if (image == 0) {
        products.multiply(g_OP, false, columns_KP, true, weightGradient_OK);
      } else {
        products.multiplyAdd(g_OP, false, columns_KP, true, weightGradient_OK);
      }
      products.multiply(weight_OK, true, g_OP, false, columns_KP);
      scatter(convolution, columns_KP, images(gx_BCHW, image, step));
    }
  }

  private static INDArray matrix(INDArray array) {
    return array.reshape('c', new long[] {array.size(0), array.length() / array.size(0)});
  }

  private static INDArray images(INDArray array, long from, long count) {
    return array.get(NDArrayIndex.interval(from, from + count));
  }

  private static INDArray lendOutputsFirst(INDArray array_NOHW, Scratch scratch) {
    return scratch.lend(array_NOHW.size(1), array_NOHW.size(0) * positions(array_NOHW));
  }

  /** Copies rows of S positions, which lie as [first, second, S], to [second, first, S]. */
  private void swapAxes(INDArray from, long first, long second, INDArray to) {
    HostFloats source = HostFloats.of(from);
    HostFloats target = HostFloats.of(to);
    int positions = Math.toIntExact(from.length() / (first * second));
    workers.forRange(
        first * second,
        1,
        (begin, end) -> {
          float[] row = new float[positions];
          for (long i = begin; i < end; i++) {
            source.read(i * positions, row, positions);
            target.write((i % second * first + i / second) * positions, row, positions);
          }
        });
  }

  /** Works on the rows of columns that belong to one channel of one image. */
  @FunctionalInterface
  private interface PlaneTask {
    void run(long planeAt, long rowsAt, float[] plane, float[] row);
  }

  private void forPlanes(INDArray images_NCHW, int taps, PlaneTask task) {
    long images = images_NCHW.size(0);
    long channels = images_NCHW.size(1);
    int positions = Math.toIntExact(positions(images_NCHW));
    workers.forRange(
        images * channels,
        1,
        (begin, end) -> {
          float[] plane = new float[positions];
          float[] row = new float[positions];
          for (long i = begin; i < end; i++) {
            long firstRow = i % channels * taps;
            long rowsAt = (firstRow * images + i / channels) * positions;
            task.run(i * positions, rowsAt, plane, row);
          }
        });
  }

  private void gather(Convolution2d convolution, INDArray x_NCHW, INDArray columns_KP) {
    HostFloats x = HostFloats.of(x_NCHW);
    HostFloats columns = HostFloats.of(columns_KP);
    KernelTap[] taps = KernelTap.of(convolution, Math.toIntExact(x_NCHW.size(3)));
    forPlanes(
        x_NCHW,
        taps.length,
        (planeAt, rowsAt, plane, row) -> {
          x.read(planeAt, plane, plane.length);
          for (int t = 0; t < taps.length; t++) {
            taps[t].look(plane, row);
            columns.write(rowsAt + t * columns_KP.size(1), row, row.length);
          }
        });
  }

  private void scatter(Convolution2d convolution, INDArray columns_KP, INDArray gx_NCHW) {
    HostFloats columns = HostFloats.of(columns_KP);
    HostFloats gx = HostFloats.of(gx_NCHW);
    KernelTap[] taps = KernelTap.of(convolution, Math.toIntExact(gx_NCHW.size(3)));
    forPlanes(
        gx_NCHW,
        taps.length,
        (planeAt, rowsAt, plane, row) -> {
          Arrays.fill(plane, 0f);
          for (int t = 0; t < taps.length; t++) {
            columns.read(rowsAt + t * columns_KP.size(1), row, row.length);
            taps[t].addBack(row, plane);
          }
          gx.write(planeAt, plane, plane.length);
        });
  }
}
