package org.clap4j.core.kernels;

import static org.clap4j.core.kernels.TestArrays.assertClose;
import static org.clap4j.core.kernels.TestArrays.gaussian;
import static org.clap4j.core.kernels.TestArrays.gaussianAround;
import static org.clap4j.core.kernels.TestArrays.poisoned;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageKernelsTest {

  /** Sums of a few thousand floats against sums of doubles. */
  private static final double FLOAT_TOLERANCE = 2e-6;

  private static final double EPSILON = 1e-5;

  /** Far from 0, as log-mel is. */
  private static final double MEAN = -30;

  private static final int IMAGES = 3;
  private static final int CHANNELS = 5;

  private final ImageKernels tiled = new TiledKernels(new WorkerPool(2)).images();
  private final ImageKernels plain = new Nd4jKernels().images();

  /** Heights that leave an empty, a short and an uneven last tile. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 293, 300})
  void tiledBatchNormMatchesThePlainFormInDouble(int height) {
    for (boolean rectifies : new boolean[] {false, true}) {
      for (boolean ofThisBatch : new boolean[] {false, true}) {
        Outcome expected = batchNorm(plain, DataType.DOUBLE, height, rectifies, ofThisBatch);
        Outcome actual = batchNorm(tiled, DataType.FLOAT, height, rectifies, ofThisBatch);
        assertClose(expected.statistics.mean_C(), actual.statistics.mean_C(), FLOAT_TOLERANCE);
        assertClose(
            expected.statistics.variance_C(), actual.statistics.variance_C(), FLOAT_TOLERANCE);
        assertClose(expected.y, actual.y, FLOAT_TOLERANCE);
        assertClose(expected.gx, actual.gx, FLOAT_TOLERANCE);
        assertClose(expected.gainGradient, actual.gainGradient, FLOAT_TOLERANCE);
        assertClose(expected.shiftGradient, actual.shiftGradient, FLOAT_TOLERANCE);
      }
    }
  }

  private record Outcome(
      BatchNormStatistics statistics,
      INDArray y,
      INDArray gx,
      INDArray gainGradient,
      INDArray shiftGradient) {}

  private static Outcome batchNorm(
      ImageKernels kernels, DataType type, int height, boolean rectifies, boolean ofThisBatch) {
    long[] shape = {IMAGES, CHANNELS, height, 7};
    INDArray x = gaussianAround(MEAN, type, 1, shape);
    INDArray gain = gaussian(type, 2, CHANNELS);
    INDArray shift = gaussian(type, 3, CHANNELS);
    BatchNormStatistics statistics =
        new BatchNormStatistics(poisoned(type, CHANNELS), poisoned(type, CHANNELS), EPSILON);
    kernels.batchStatistics(x, statistics);
    INDArray y = poisoned(type, shape);
    kernels.batchNorm(x, statistics, gain, shift, rectifies, y);
    INDArray g = gaussian(type, 4, shape);
    INDArray gx = poisoned(type, shape);
    INDArray gainGradient = poisoned(type, CHANNELS);
    INDArray shiftGradient = poisoned(type, CHANNELS);
    kernels.batchNormBackward(
        x, y, g, statistics, gain, rectifies, ofThisBatch, gx, gainGradient, shiftGradient);
    return new Outcome(statistics, y, gx, gainGradient, shiftGradient);
  }

  /**
   * Images that get products of their own, images that share one, kernels larger than images, long
   * columns, and last what is left to oneDNN.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 1, 3, 64, 64, 3",
    "3, 2, 4, 6, 5, 3",
    "1, 2, 4, 6, 5, 3",
    "3, 2, 4, 1, 2, 5",
    "3, 9, 4, 3, 2, 3",
    "2, 1, 3, 7, 9, 1",
    "2, 9, 4, 20, 20, 3"
  })
  void tiledConvolutionMatchesThePlainFormInDouble(
      int images, int inputs, int outputs, int height, int width, int kernelSize) {
    long[] x = {images, inputs, height, width};
    Convolved expected = convolve(plain, DataType.DOUBLE, x, outputs, kernelSize);
    Convolved actual = convolve(tiled, DataType.FLOAT, x, outputs, kernelSize);
    assertClose(expected.y, actual.y, FLOAT_TOLERANCE);
    assertClose(expected.gx, actual.gx, FLOAT_TOLERANCE);
    assertClose(expected.weightGradient, actual.weightGradient, FLOAT_TOLERANCE);
  }

  private record Convolved(INDArray y, INDArray gx, INDArray weightGradient) {}

  private static Convolved convolve(
      ImageKernels kernels, DataType type, long[] shape, int outputs, int kernelSize) {
    Convolution2d convolution = Convolution2d.same(kernelSize);
    Scratch scratch = lent -> poisoned(type, lent);
    long[] outputShape = {shape[0], outputs, shape[2], shape[3]};
    INDArray x = gaussian(type, 1, shape);
    INDArray weight = gaussian(type, 2, outputs, shape[1], kernelSize, kernelSize);
    INDArray y = poisoned(type, outputShape);
    kernels.convolve(convolution, x, weight, scratch, y);
    INDArray gx = poisoned(type, shape);
    INDArray weightGradient = poisoned(type, weight.shape());
    INDArray g = gaussian(type, 3, outputShape);
    kernels.convolveBackward(convolution, x, weight, g, scratch, gx, weightGradient);
    return new Convolved(y, gx, weightGradient);
  }

  @Test
  void batchNormWorksInPlace() {
    for (ImageKernels kernels : new ImageKernels[] {tiled, plain}) {
      Outcome apart = batchNorm(kernels, DataType.FLOAT, 40, true, true);
      long[] shape = apart.y.shape();
      INDArray x = gaussianAround(MEAN, DataType.FLOAT, 1, shape);
      INDArray gain = gaussian(DataType.FLOAT, 2, CHANNELS);
      INDArray y = x.dup('c');
      kernels.batchNorm(y, apart.statistics, gain, gaussian(DataType.FLOAT, 3, CHANNELS), true, y);
      assertEquals(apart.y, y);
      INDArray g = gaussian(DataType.FLOAT, 4, shape);
      INDArray unused = poisoned(DataType.FLOAT, CHANNELS);
      kernels.batchNormBackward(
          x, y, g, apart.statistics, gain, true, true, g, unused, unused.dup());
      assertEquals(apart.gx, g);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "6, 4", "7, 5", "3, 64", "65, 64", "9, 3", "5, 3000"})
  void tiledPoolingMatchesThePlainForm(int height, int width) {
    long[] large = {2, 3, height, width};
    long[] small = {2, 3, height / 2, width / 2};
    INDArray x = gaussian(DataType.FLOAT, 1, large);
    INDArray expected = poisoned(DataType.FLOAT, small);
    INDArray actual = poisoned(DataType.FLOAT, small);
    plain.averagePool(x, expected);
    tiled.averagePool(x, actual);
    assertClose(expected, actual, FLOAT_TOLERANCE);

    INDArray g = gaussian(DataType.FLOAT, 2, small);
    INDArray expectedGradient = poisoned(DataType.FLOAT, large);
    INDArray actualGradient = poisoned(DataType.FLOAT, large);
    plain.averagePoolBackward(g, expectedGradient);
    tiled.averagePoolBackward(g, actualGradient);
    assertClose(expectedGradient, actualGradient, FLOAT_TOLERANCE);
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    ImageKernels alone = new TiledKernels(new WorkerPool(1)).images();
    ImageKernels many = new TiledKernels(new WorkerPool(4)).images();
    Outcome expected = batchNorm(alone, DataType.FLOAT, 300, true, true);
    Outcome actual = batchNorm(many, DataType.FLOAT, 300, true, true);
    assertEquals(expected.gx, actual.gx);
    assertEquals(expected.gainGradient, actual.gainGradient);
  }
}
