package org.clap4j.core.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.clap4j.core.random.RandomSeed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The tiled form, in float, gives what the plain form gives in double. */
class KernelFormsTest {

  /** Float sums of up to 300 terms of size 1 in another order. */
  private static final double TOLERANCE = 2e-5;

  private final SplittableRandom random = RandomSeed.of(7).generator();
  private final DenseKernels tiled = new TiledDenseKernels(new WorkerPool(2));
  private final DenseKernels plain = new Nd4jDenseKernels();
  private final SequenceKernels tiledSequences = new TiledSequenceKernels(new WorkerPool(2));
  private final SequenceKernels plainSequences = new Nd4jSequenceKernels();

  private INDArray gaussian(long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  private static INDArray wide(INDArray array) {
    return array.castTo(DataType.DOUBLE);
  }

  private static INDArray floats(long... shape) {
    return Nd4j.valueArrayOf(shape, Double.NaN, DataType.FLOAT);
  }

  private static INDArray doubles(long... shape) {
    return Nd4j.valueArrayOf(shape, Double.NaN, DataType.DOUBLE);
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    double peak = Math.max(1, expected.amaxNumber().doubleValue());
    double difference = wide(actual).sub(expected).amaxNumber().doubleValue();
    assertTrue(
        difference <= TOLERANCE * peak,
        () -> "differs by " + difference + "\n" + expected + "\n" + actual);
  }

  @ParameterizedTest
  @CsvSource({
    "false,false,5",
    "false,true,5",
    "true,false,5",
    "true,true,5",
    "false,true,4099",
    "false,false,4099"
  })
  void productsAgreeForAllTransposes(boolean transposeA, boolean transposeB, int rows) {
    INDArray a = transposeA ? gaussian(7, rows) : gaussian(rows, 7);
    INDArray b = transposeB ? gaussian(3, 7) : gaussian(7, 3);
    INDArray expected = doubles(rows, 3);
    INDArray actual = floats(rows, 3);
    plain.multiply(wide(a), transposeA, wide(b), transposeB, expected);
    tiled.multiply(a, transposeA, b, transposeB, actual);
    assertClose(expected, actual);

    plain.multiplyAdd(wide(a), transposeA, wide(b), transposeB, expected);
    tiled.multiplyAdd(a, transposeA, b, transposeB, actual);
    assertClose(expected, actual);
    assertClose(
        (transposeA ? wide(a).transpose() : wide(a))
            .mmul(transposeB ? wide(b).transpose() : wide(b))
            .mul(2),
        actual);
  }

  /**
   * Rows by inputs by outputs; the second is split over the threads, the third is one native
   * operation, the fourth is too small for either.
   */
  @ParameterizedTest
  @CsvSource({"5,7,3", "65,301,333", "530,130,70", "530,130,7"})
  void linearMapsAgreeWithAndWithoutBias(int rows, int inputs, int outputs) {
    INDArray x = gaussian(rows, inputs);
    INDArray weight = gaussian(outputs, inputs);
    for (INDArray bias : new INDArray[] {null, gaussian(outputs)}) {
      INDArray expected = doubles(rows, outputs);
      INDArray actual = floats(rows, outputs);
      plain.linear(wide(x), wide(weight), bias == null ? null : wide(bias), expected);
      tiled.linear(x, weight, bias, actual);
      assertClose(expected, actual);
    }
  }

  /** Rows by inputs; the second is split over the threads within the maps, the third is joined. */
  @ParameterizedTest
  @CsvSource({"5,7", "65,301", "530,130"})
  void linearMapsSideBySideAgree(int rows, int inputs) {
    INDArray x = gaussian(rows, inputs);
    List<INDArray> weights =
        List.of(gaussian(170, inputs), gaussian(3, inputs), gaussian(201, inputs));
    List<INDArray> biases = List.of(gaussian(170), gaussian(3), gaussian(201));
    INDArray expected = doubles(rows, 374);
    INDArray actual = floats(rows, 374);
    plain.linear(
        wide(x),
        weights.stream().map(KernelFormsTest::wide).toList(),
        biases.stream().map(KernelFormsTest::wide).toList(),
        KernelFormsTest::doubles,
        expected);
    tiled.linear(x, weights, biases, KernelFormsTest::floats, actual);
    assertClose(expected, actual);
  }

  @Test
  void mapsThatDoNotFitSideBySideAreRefused() {
    List<INDArray> weights = List.of(gaussian(3, 4), gaussian(2, 4));
    List<INDArray> biases = List.of(gaussian(3), gaussian(2));
    assertThrows(
        IllegalArgumentException.class,
        () -> tiled.linear(gaussian(2, 4), weights, biases, KernelFormsTest::floats, floats(2, 6)));
  }

  @Test
  void productOfShapesThatDoNotFitIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> tiled.multiply(gaussian(2, 3), false, gaussian(4, 5), false, floats(2, 5)));
    assertThrows(
        IllegalArgumentException.class,
        () -> tiled.linear(gaussian(64, 300), gaussian(300, 299), null, floats(64, 300)));
  }

  /** Kernels that map one array to one of its shape. */
  static Stream<Function<DenseKernels, ElementKernel>> elementKernels() {
    return Stream.of(
        k -> k::relu,
        k -> k::gelu,
        k -> k::geluTanh,
        k -> k::tanh,
        k -> (x, y) -> k.dropout(x, 0.3, 5, y));
  }

  @FunctionalInterface
  interface ElementKernel {
    void run(INDArray x, INDArray y);
  }

  @ParameterizedTest
  @MethodSource("elementKernels")
  void elementKernelsAgreeOverUnevenTails(Function<DenseKernels, ElementKernel> kernel) {
    INDArray x = gaussian(3, 5001).muli(3);
    INDArray expected = doubles(3, 5001);
    INDArray actual = floats(3, 5001);
    kernel.apply(plain).run(wide(x), expected);
    kernel.apply(tiled).run(x, actual);
    assertClose(expected, actual);
    kernel.apply(tiled).run(x, x);
    assertEquals(actual, x, "in place");
  }

  @Test
  void geluIsTheExactOne() {
    INDArray x = Nd4j.createFromArray(-8f, -1f, 0f, 1f, 8f).reshape(1, 5);
    INDArray y = floats(1, 5);
    tiled.gelu(x, y);
    assertClose(
        Nd4j.createFromArray(0, -0.15865525393145707, 0, 0.8413447460685429, 8).reshape(1, 5), y);
  }

  @Test
  void tanhFormOfGeluIsFiniteAndRightAtItsEnds() {
    INDArray x = Nd4j.createFromArray(-1e6f, -8f, -1f, 0f, 1f, 8f, 1e6f).reshape(1, 7);
    INDArray y = floats(1, 7);
    tiled.geluTanh(x, y);
    assertClose(
        Nd4j.createFromArray(0, 0, -0.15880800939172324, 0, 0.8411919906082768, 8, 1e6)
            .reshape(1, 7),
        y);
  }

  @Test
  void activationGradientsAgree() {
    INDArray x = gaussian(3, 5001).muli(3);
    INDArray g = gaussian(3, 5001);
    INDArray expected = doubles(3, 5001);
    INDArray actual = floats(3, 5001);
    plain.geluBackward(wide(x), wide(g), expected);
    tiled.geluBackward(x, g, actual);
    assertClose(expected, actual);

    plain.geluTanhBackward(wide(x), wide(g), expected);
    tiled.geluTanhBackward(x, g, actual);
    assertClose(expected, actual);

    plain.tanhBackward(wide(x), wide(g), expected);
    tiled.tanhBackward(x, g, actual);
    assertClose(expected, actual);

    plain.reluBackward(wide(x), wide(g), expected);
    tiled.reluBackward(x, g, actual);
    assertClose(expected, actual);
  }

  @Test
  void sigmoidMixAgrees() {
    INDArray a = gaussian(3, 5001);
    INDArray b = gaussian(3, 5001);
    INDArray z = gaussian(3, 5001).muli(30);
    INDArray expected = doubles(3, 5001);
    INDArray actual = floats(3, 5001);
    plain.sigmoidMix(wide(a), wide(b), wide(z), expected);
    tiled.sigmoidMix(a, b, z, actual);
    assertClose(expected, actual);

    INDArray g = gaussian(3, 5001);
    INDArray[] expectedGradients = {doubles(3, 5001), doubles(3, 5001), doubles(3, 5001)};
    INDArray[] actualGradients = {floats(3, 5001), floats(3, 5001), floats(3, 5001)};
    plain.sigmoidMixBackward(
        wide(a),
        wide(b),
        wide(z),
        wide(g),
        expectedGradients[0],
        expectedGradients[1],
        expectedGradients[2]);
    tiled.sigmoidMixBackward(
        a, b, z, g, actualGradients[0], actualGradients[1], actualGradients[2]);
    for (int i = 0; i < expectedGradients.length; i++) {
      assertClose(expectedGradients[i], actualGradients[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "300,37", "5,3001"})
  void rowKernelsAgree(int rows, int columns) {
    INDArray x = gaussian(rows, columns);
    INDArray bias = gaussian(columns);
    INDArray expected = wide(x);
    INDArray actual = x.dup();
    plain.addBias(expected, wide(bias));
    tiled.addBias(actual, bias);
    assertClose(expected, actual);

    INDArray expectedGelu = doubles(rows, columns);
    INDArray actualGelu = floats(rows, columns);
    plain.biasGelu(expected, wide(bias), expectedGelu);
    tiled.biasGelu(actual, bias, actualGelu);
    assertClose(expected, actual);
    assertClose(expectedGelu, actualGelu);
    INDArray inPlace = x.dup();
    tiled.addBias(inPlace, bias);
    tiled.biasGelu(inPlace, bias, inPlace);
    assertEquals(actualGelu, inPlace, "in place");

    plain.add(expected, expectedGelu, expectedGelu);
    tiled.add(actual, actualGelu, actualGelu);
    assertClose(expectedGelu, actualGelu);

    INDArray expectedSums = doubles(columns);
    INDArray actualSums = floats(columns);
    plain.columnSums(wide(x), expectedSums);
    tiled.columnSums(x, actualSums);
    assertClose(expectedSums, actualSums);
  }

  @ParameterizedTest
  @CsvSource({"1,4", "2,3", "300,37", "5,3001"})
  void layerNormAgrees(int rows, int columns) {
    INDArray x = gaussian(rows, columns).addi(2);
    INDArray gain = gaussian(columns);
    INDArray bias = gaussian(columns);
    INDArray[] expected = {doubles(rows, columns), doubles(rows), doubles(rows)};
    INDArray[] actual = {floats(rows, columns), floats(rows), floats(rows)};
    plain.layerNorm(wide(x), wide(gain), wide(bias), 1e-5, expected[0], expected[1], expected[2]);
    tiled.layerNorm(x, gain, bias, 1e-5, actual[0], actual[1], actual[2]);
    for (int i = 0; i < expected.length; i++) {
      assertClose(expected[i], actual[i]);
    }

    INDArray other = gaussian(rows, columns);
    INDArray expectedSum = doubles(rows, columns);
    INDArray actualSum = floats(rows, columns);
    INDArray[] expectedOfSum = {doubles(rows, columns), doubles(rows), doubles(rows)};
    INDArray[] actualOfSum = {floats(rows, columns), floats(rows), floats(rows)};
    plain.addLayerNorm(
        wide(x),
        wide(other),
        wide(gain),
        wide(bias),
        1e-5,
        expectedSum,
        expectedOfSum[0],
        expectedOfSum[1],
        expectedOfSum[2]);
    tiled.addLayerNorm(
        x, other, gain, bias, 1e-5, actualSum, actualOfSum[0], actualOfSum[1], actualOfSum[2]);
    assertClose(expectedSum, actualSum);
    for (int i = 0; i < expectedOfSum.length; i++) {
      assertClose(expectedOfSum[i], actualOfSum[i]);
    }
    INDArray inPlace = other.dup();
    tiled.addLayerNorm(
        x, inPlace, gain, bias, 1e-5, inPlace, actualOfSum[0], actualOfSum[1], actualOfSum[2]);
    assertEquals(actualSum, inPlace, "in place");

    INDArray g = gaussian(rows, columns);
    INDArray[] expectedGradients = {doubles(rows, columns), doubles(columns), doubles(columns)};
    INDArray[] actualGradients = {floats(rows, columns), floats(columns), floats(columns)};
    plain.layerNormBackward(
        wide(x),
        wide(g),
        wide(gain),
        expected[1],
        expected[2],
        expectedGradients[0],
        expectedGradients[1],
        expectedGradients[2]);
    tiled.layerNormBackward(
        x,
        g,
        gain,
        actual[1],
        actual[2],
        actualGradients[0],
        actualGradients[1],
        actualGradients[2]);
    for (int i = 0; i < expectedGradients.length; i++) {
      assertClose(expectedGradients[i], actualGradients[i]);
    }
  }

  @Test
  void dropoutKeepsItsShareAndItsMean() {
    INDArray ones = Nd4j.ones(DataType.FLOAT, 200, 1000);
    INDArray y = floats(200, 1000);
    tiled.dropout(ones, 0.25, 11, y);
    double kept = y.gt(0).castTo(DataType.FLOAT).meanNumber().doubleValue();
    // Standard error of 200,000 draws: 0.001; five of them.
    assertEquals(0.75, kept, 0.005);
    assertEquals(1 / 0.75, y.maxNumber().doubleValue(), 1e-6);

    INDArray other = floats(200, 1000);
    tiled.dropout(ones, 0.25, 12, other);
    double both = y.mul(other).gt(0).castTo(DataType.FLOAT).meanNumber().doubleValue();
    assertEquals(0.75 * 0.75, both, 0.006);
  }

  @Test
  void dropoutOfNothingIsTheIdentity() {
    INDArray x = gaussian(3, 1000);
    INDArray y = floats(3, 1000);
    tiled.dropout(x, 0, 3, y);
    assertEquals(x, y);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void dropoutOutsideItsRangeIsRefused(double rate) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> tiled.dropout(gaussian(1, 2), rate, 1, floats(1, 2)));
    assertEquals("dropout must be in [0, 1), was " + rate, e.getMessage());
  }

  @Test
  void embeddingsAgreeAndRepeatedRowsAddUp() {
    INDArray tokens = gaussian(9, 37);
    INDArray positions = gaussian(3, 37);
    int[][] rows = {{4, 4, 0, 8, 4, 2}, {0, 1, 2, 0, 1, 2}};
    INDArray expected = doubles(6, 37);
    INDArray actual = floats(6, 37);
    plainSequences.lookUp(new INDArray[] {wide(tokens), wide(positions)}, rows, expected);
    tiledSequences.lookUp(new INDArray[] {tokens, positions}, rows, actual);
    assertClose(expected, actual);

    INDArray g = gaussian(6, 37);
    INDArray expectedGradient = doubles(9, 37);
    INDArray actualGradient = floats(9, 37);
    plainSequences.scatterAdd(wide(g), rows[0], expectedGradient);
    tiledSequences.scatterAdd(g, rows[0], actualGradient);
    assertClose(expectedGradient, actualGradient);
    assertClose(
        wide(g).getRow(0).add(wide(g).getRow(1)).addi(wide(g).getRow(4)), actualGradient.getRow(4));
  }

  @ParameterizedTest
  @CsvSource({
    "1,false,false,0",
    "5,false,true,0.3",
    "11,true,true,0.5",
    "70,true,false,0",
    "70,false,true,0.1"
  })
  void attentionAgrees(int tokens, boolean causal, boolean masked, double rate) {
    ProbabilityDropout dropout = new ProbabilityDropout(rate, 23);
    AttentionShape shape = new AttentionShape(3, tokens, 2, 10, causal);
    INDArray qkv = gaussian(3L * tokens, 30).muli(1.5);
    INDArray mask = masked ? maskWithAnEmptyRow(tokens) : null;
    INDArray expectedP = doubles(3, 2, tokens, tokens);
    INDArray actualP = floats(3, 2, tokens, tokens);
    INDArray expected = doubles(3L * tokens, 10);
    INDArray actual = floats(3L * tokens, 10);
    plainSequences.attention(
        shape, dropout, wide(qkv), mask == null ? null : wide(mask), expectedP, expected);
    tiledSequences.attention(shape, dropout, qkv, mask, actualP, actual);
    assertClose(expectedP, actualP);
    assertClose(expected, actual);
    INDArray unkept = floats(3L * tokens, 10);
    tiledSequences.attention(shape, dropout, qkv, mask, null, unkept);
    assertEquals(actual, unkept);

    INDArray g = gaussian(3L * tokens, 10);
    INDArray[] expectedGradients = {
      doubles(3L * tokens, 10), doubles(3L * tokens, 10), doubles(3L * tokens, 10)
    };
    INDArray[] actualGradients = {
      floats(3L * tokens, 10), floats(3L * tokens, 10), floats(3L * tokens, 10)
    };
    plainSequences.attentionBackward(
        shape,
        dropout,
        wide(qkv),
        expectedP,
        wide(g),
        expectedGradients[0],
        expectedGradients[1],
        expectedGradients[2]);
    tiledSequences.attentionBackward(
        shape,
        dropout,
        qkv,
        actualP,
        g,
        actualGradients[0],
        actualGradients[1],
        actualGradients[2]);
    for (int i = 0; i < expectedGradients.length; i++) {
      assertClose(expectedGradients[i], actualGradients[i]);
    }
  }

  /** The second sequence is cut, the third has no token at all. */
  private static @Nullable INDArray maskWithAnEmptyRow(int tokens) {
    float[][] mask = new float[3][tokens];
    for (int l = 0; l < tokens; l++) {
      mask[0][l] = 1;
      mask[1][l] = l < (tokens + 1) / 2 ? 1 : 0;
    }
    return Nd4j.createFromArray(mask);
  }

  @Test
  void tokenSumsAgree() {
    INDArray x = gaussian(2, 3, 37);
    float[][] weights = {{0.5f, 0.25f, 0.25f}, {0, 1, 0}};
    INDArray expected = doubles(2, 37);
    INDArray actual = floats(2, 37);
    plainSequences.weightedTokenSum(wide(x), weights, expected);
    tiledSequences.weightedTokenSum(x, weights, actual);
    assertClose(expected, actual);

    INDArray g = gaussian(2, 37);
    INDArray expectedGradient = doubles(2, 3, 37);
    INDArray actualGradient = floats(2, 3, 37);
    plainSequences.weightedTokenSumBackward(wide(g), weights, expectedGradient);
    tiledSequences.weightedTokenSumBackward(g, weights, actualGradient);
    assertClose(expectedGradient, actualGradient);
  }

  @Test
  void sumsDoNotDependOnScheduling() {
    INDArray x = gaussian(1000, 33);
    INDArray first = floats(33);
    tiled.columnSums(x, first);
    for (int i = 0; i < 20; i++) {
      INDArray again = floats(33);
      tiled.columnSums(x, again);
      assertEquals(first, again);
    }
  }
}
