package org.clap4j.core.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The tiled form, in float, gives what the plain form gives in double. */
class WindowKernelsTest {

  /** Float sums of up to 300 terms of size 1 in another order. */
  private static final double TOLERANCE = 2e-5;

  private static final int IMAGES = 2;

  private final SplittableRandom random = RandomSeed.of(7).generator();
  private final WindowKernels tiled = new TiledWindowKernels(new WorkerPool(2));
  private final WindowKernels plain = new Nd4jWindowKernels();

  private INDArray gaussian(long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  /** What both forms are given. */
  private record Inputs(INDArray qkv, INDArray table, INDArray g) {
    Inputs as(DataType type) {
      return new Inputs(qkv.castTo(type), table.castTo(type), g.castTo(type));
    }
  }

  /** Runs forward and backward: the context, then the gradients of q, k, v and the table. */
  private static INDArray[] run(
      WindowKernels kernels, WindowGrid grid, ProbabilityDropout dropout, Inputs in) {
    INDArray[] out = new INDArray[5];
    for (int i = 0; i < 4; i++) {
      out[i] = nan(in.g());
    }
    out[4] = nan(in.table());
    long windows = (long) IMAGES * grid.windows();
    INDArray probabilities =
        Nd4j.valueArrayOf(
            new long[] {windows, in.table().size(1), grid.tokens(), grid.tokens()},
            Double.NaN,
            in.qkv().dataType());
    kernels.attention(grid, dropout, in.qkv(), in.table(), probabilities, out[0]);
    INDArray unkept = nan(in.g());
    kernels.attention(grid, dropout, in.qkv(), in.table(), null, unkept);
    assertEquals(out[0], unkept, "without keeping probabilities");
    kernels.attentionBackward(
        grid, dropout, in.qkv(), probabilities, in.g(), out[1], out[2], out[3], out[4]);
    return out;
  }

  private static INDArray nan(INDArray like) {
    return Nd4j.valueArrayOf(like.shape(), Double.NaN, like.dataType());
  }

  @ParameterizedTest
  @CsvSource({
    "4,4,4,0,2,0",
    "8,4,4,2,1,0",
    "6,9,3,1,3,0",
    "16,16,8,4,2,0",
    "1,2,1,0,2,0",
    "8,8,4,2,2,0.3",
    "8,16,8,4,7,0",
    "8,8,8,0,5,0.3"
  })
  void attentionAgrees(int rows, int columns, int window, int shift, int heads, double dropout) {
    WindowGrid grid = new WindowGrid(rows, columns, window, shift);
    long tokens = (long) IMAGES * rows * columns;
    int width = 5 * heads;
    Inputs in =
        new Inputs(
            gaussian(tokens, 3L * width).muli(1.5),
            gaussian(grid.offsets(), heads),
            gaussian(tokens, width));
    ProbabilityDropout dropped = new ProbabilityDropout(dropout, 5);
    INDArray[] expected = run(plain, grid, dropped, in.as(DataType.DOUBLE));
    INDArray[] actual = run(tiled, grid, dropped, in);
    String[] names = {"context", "q", "k", "v", "table"};
    for (int i = 0; i < names.length; i++) {
      assertClose(names[i], expected[i], actual[i]);
    }
  }

  private static void assertClose(String name, INDArray expected, INDArray actual) {
    double peak = Math.max(1, expected.amaxNumber().doubleValue());
    double difference = actual.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue();
    assertTrue(difference <= TOLERANCE * peak, () -> name + " differs by " + difference);
  }

  @Test
  void gradientsDoNotDependOnScheduling() {
    WindowGrid grid = new WindowGrid(8, 8, 4, 2);
    Inputs in = new Inputs(gaussian(128, 18), gaussian(49, 2), gaussian(128, 6));
    INDArray[] first = run(tiled, grid, ProbabilityDropout.NONE, in);
    for (int i = 0; i < 10; i++) {
      assertArrayEquals(first, run(tiled, grid, ProbabilityDropout.NONE, in));
    }
  }

  @Test
  void windowsOfARolledImageWrapAround() {
    WindowGrid grid = new WindowGrid(4, 4, 2, 1);
    assertArrayEquals(
        new int[] {5, 6, 9, 10, 7, 4, 11, 8, 13, 14, 1, 2, 15, 12, 3, 0}, grid.imagePositions());
  }

  @Test
  void tokensFromBothSidesOfTheEdgeAreKeptApart() {
    WindowGrid grid = new WindowGrid(4, 4, 2, 1);
    assertNull(grid.mask(0));
    assertArrayEquals(
        new float[] {
          0, -100, 0, -100, //
          -100, 0, -100, 0,
          0, -100, 0, -100,
          -100, 0, -100, 0
        },
        grid.mask(1));
    assertArrayEquals(
        new float[] {
          0, -100, -100, -100, //
          -100, 0, -100, -100,
          -100, -100, 0, -100,
          -100, -100, -100, 0
        },
        grid.mask(3));
    assertNull(new WindowGrid(4, 4, 2, 0).mask(3));
  }

  @Test
  void offsetsAreQueryMinusKeyRowsFirst() {
    assertArrayEquals(
        new int[] {4, 5, 7, 8, 3, 4, 6, 7, 1, 2, 4, 5, 0, 1, 3, 4},
        new WindowGrid(2, 2, 2, 0).offsetRows());
  }

  @Test
  void windowsThatDoNotFitAreRefused() {
    assertEquals(
        "an image of 4 x 6 tokens cannot be cut into windows of side 4",
        assertThrows(IllegalArgumentException.class, () -> new WindowGrid(4, 6, 4, 0))
            .getMessage());
    assertEquals(
        "shift must be in [0, 4), was 4",
        assertThrows(IllegalArgumentException.class, () -> new WindowGrid(8, 8, 4, 4))
            .getMessage());
    assertEquals(
        "dropout must be in [0, 1), was 1.0",
        assertThrows(IllegalArgumentException.class, () -> new ProbabilityDropout(1, 0))
            .getMessage());
  }
}
