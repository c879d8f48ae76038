package org.clap4j.core.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A two-dimensional convolution without bias: x [B, C, H, W] and weight [O, C, kernelHeight,
 * kernelWidth] to y [B, O, H', W'], with H' = (H + 2 padding - kernelHeight) / stride + 1. {@link
 * ImageKernels} computes it.
 *
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param stride step between outputs, both ways
 * @param paddingHeight rows of zeros above and below
 * @param paddingWidth columns of zeros left and right
 */
public record Convolution2d(
    int kernelHeight, int kernelWidth, int stride, int paddingHeight, int paddingWidth) {

  private static final int EXPLICIT_PADDING = 0;
  private static final int NCHW = 0;
  private static final int OIYX = 1;

  /** A convolution whose output has the size of its input. */
  public static Convolution2d same(int kernelSize) {
    if (kernelSize < 1 || kernelSize % 2 == 0) {
      throw new IllegalArgumentException("kernel-size must be odd, was " + kernelSize);
    }
    return new Convolution2d(kernelSize, kernelSize, 1, kernelSize / 2, kernelSize / 2);
  }

  /** H', the rows of the output. */
  public long outputHeight(long height) {
    return (height + 2L * paddingHeight - kernelHeight) / stride + 1;
  }

  /** W', the columns of the output. */
  public long outputWidth(long width) {
    return (width + 2L * paddingWidth - kernelWidth) / stride + 1;
  }

  /** Whether the output has the size of the input. */
  boolean keepsSize() {
    return stride == 1
        && kernelHeight == 2 * paddingHeight + 1
        && kernelWidth == 2 * paddingWidth + 1;
  }

  /** Elements of the kernel for one channel. */
  int taps() {
    return kernelHeight * kernelWidth;
  }

  /**
   * Computes y by ND4J's native operation: oneDNN on the CPU, cuDNN on CUDA. DL4J's own layer does
   * not use oneDNN in 1.0.0-M2.1 and is an order of magnitude slower.
   */
  void forward(INDArray x, INDArray weight, INDArray y) {
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d")
            .addInputs(x, weight)
            .addOutputs(y)
            .addIntegerArguments(arguments())
            .build());
  }

  /** Computes the gradients with respect to x and to the weight, by ND4J's native operation. */
  void backward(INDArray x, INDArray weight, INDArray g, INDArray gx, INDArray weightGradient) {
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d_bp")
            .addInputs(x, weight, g)
            .addOutputs(gx, weightGradient)
            .addIntegerArguments(arguments())
            .build());
  }

  private int[] arguments() {
    return new int[] {
      kernelHeight,
      kernelWidth,
      stride,
      stride,
      paddingHeight,
      paddingWidth,
      1,
      1,
      EXPLICIT_PADDING,
      NCHW,
      OIYX
    };
  }
}
