package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every {@link ContrastiveLoss} keeps; the test of a loss extends this and says which loss.
 *
 * <pre>{@code
 * class MyLossTest extends ContrastiveLossContract {
 *   @Override
 *   protected ContrastiveLoss loss() {
 *     return new MyLoss(new MyLossConfig(...));
 *   }
 * }
 * }</pre>
 */
public abstract class ContrastiveLossContract {

  /** Step of central differences, and what it leaves of a double's digits. */
  private static final double STEP = 1e-5;

  private static final double DIFFERENCE_TOLERANCE = 1e-7;

  /** Sums in another order. */
  private static final double ORDER_TOLERANCE = 1e-12;

  /** Logits of float32 cosines at scale 100 are exact to 1e-5; sums of them to a little more. */
  private static final double FLOAT_TOLERANCE = 1e-4;

  private static final int PAIRS = 7;
  private static final int DIM = 6;
  private static final PairIds IDS =
      new PairIds(new long[] {4, 1, 4, 2, 3, 1, 4}, new long[] {0, 1, 2, 2, 3, 4, 0});

  /** The loss under test, with parameters that start at moderate values. */
  protected abstract ContrastiveLoss loss();

  @Test
  void gradientsMatchCentralDifferences() {
    INDArray audio = unitRows(1, DataType.DOUBLE);
    INDArray text = unitRows(2, DataType.DOUBLE);
    LossParameters parameters = startingParameters(DataType.DOUBLE);
    LossOutput output = loss().evaluate(audio, text, parameters, IDS);
    assertMatchesDifferences("audio", audio, output.audioGradient(), audio, text, parameters);
    assertMatchesDifferences("text", text, output.textGradient(), audio, text, parameters);
    for (ParameterSpec spec : loss().parameters()) {
      INDArray gradient =
          Objects.requireNonNull(output.parameterGradients().get(spec.name()), spec.name());
      INDArray value = parameters.get(spec.name());
      if (spec.kind() == ParameterSpec.Kind.STATE) {
        assertEquals(value.like(), gradient, spec.name() + " is not trained");
      } else {
        assertMatchesDifferences(spec.name(), value, gradient, audio, text, parameters);
      }
    }
  }

  private void assertMatchesDifferences(
      String what,
      INDArray varied,
      INDArray gradient,
      INDArray audio,
      INDArray text,
      LossParameters parameters) {
    double[] expected = new double[(int) varied.length()];
    for (int i = 0; i < expected.length; i++) {
      double value = varied.getDouble(i);
      varied.putScalar(i, value + STEP);
      double above = loss().evaluate(audio, text, parameters, IDS).value();
      varied.putScalar(i, value - STEP);
      double below = loss().evaluate(audio, text, parameters, IDS).value();
      varied.putScalar(i, value);
      expected[i] = (above - below) / (2 * STEP);
    }
    double[] found = gradient.dup('c').data().asDouble();
    Golden.assertClose("gradient of " + what, expected, found, DIFFERENCE_TOLERANCE);
  }

  @Test
  void theOrderOfThePairsDoesNotMatter() {
    int[] order = {3, 0, 6, 1, 5, 2, 4};
    INDArray audio = unitRows(3, DataType.DOUBLE);
    INDArray text = unitRows(4, DataType.DOUBLE);
    LossParameters parameters = startingParameters(DataType.DOUBLE);
    PairIds reordered =
        new PairIds(reorder(IDS.clipIds(), order), reorder(IDS.captionIds(), order));
    LossOutput expected = loss().evaluate(audio, text, parameters, IDS);
    LossOutput found =
        loss().evaluate(audio.getRows(order), text.getRows(order), parameters, reordered);
    Golden.assertClose("value", expected.value(), found.value(), ORDER_TOLERANCE);
    Golden.assertClose(
        "audio gradient",
        expected.audioGradient().getRows(order),
        found.audioGradient(),
        ORDER_TOLERANCE);
    Golden.assertClose(
        "text gradient",
        expected.textGradient().getRows(order),
        found.textGradient(),
        ORDER_TOLERANCE);
  }

  private static long[] reorder(long[] values, int[] order) {
    long[] reordered = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      reordered[i] = values[order[i]];
    }
    return reordered;
  }

  @Test
  void floatsGiveWhatDoublesGive() {
    INDArray audio = unitRows(5, DataType.DOUBLE);
    INDArray text = unitRows(6, DataType.DOUBLE);
    LossOutput expected = loss().evaluate(audio, text, startingParameters(DataType.DOUBLE), IDS);
    LossOutput found =
        loss()
            .evaluate(
                audio.castTo(DataType.FLOAT),
                text.castTo(DataType.FLOAT),
                startingParameters(DataType.FLOAT),
                IDS);
    Golden.assertClose("value", expected.value(), found.value(), FLOAT_TOLERANCE);
    Golden.assertClose(
        "audio gradient", expected.audioGradient(), found.audioGradient(), FLOAT_TOLERANCE);
    Golden.assertClose(
        "text gradient", expected.textGradient(), found.textGradient(), FLOAT_TOLERANCE);
  }

  @Test
  void gradientsHaveTheShapesAndTypesOfWhatTheyBelongTo() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      INDArray audio = unitRows(7, type);
      LossParameters parameters = startingParameters(type);
      LossOutput output = loss().evaluate(audio, unitRows(8, type), parameters, IDS);
      assertEquals(type, output.audioGradient().dataType());
      assertEquals(type, output.textGradient().dataType());
      assertArrayEquals(audio.shape(), output.audioGradient().shape());
      assertArrayEquals(audio.shape(), output.textGradient().shape());
      assertEquals(parameters.arrays().keySet(), output.parameterGradients().keySet());
      output
          .parameterGradients()
          .forEach(
              (name, gradient) -> {
                assertArrayEquals(parameters.get(name).shape(), gradient.shape());
                assertEquals(type, gradient.dataType());
              });
    }
  }

  @Test
  void leavesItsInputsAloneAndRepeatsItselfToTheBit() {
    INDArray audio = unitRows(9, DataType.FLOAT);
    INDArray text = unitRows(10, DataType.FLOAT);
    INDArray audioBefore = audio.dup();
    INDArray textBefore = text.dup();
    LossParameters parameters = startingParameters(DataType.FLOAT);
    LossOutput first = loss().evaluate(audio, text, parameters, IDS);
    LossOutput second = loss().evaluate(audio, text, parameters, IDS);
    assertEquals(audioBefore, audio);
    assertEquals(textBefore, text);
    assertEquals(Double.doubleToLongBits(first.value()), Double.doubleToLongBits(second.value()));
    assertArrayEquals(floats(first.audioGradient()), floats(second.audioGradient()));
    assertArrayEquals(floats(first.textGradient()), floats(second.textGradient()));
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Test
  void takesViewsAsItTakesArrays() {
    INDArray audio = unitRows(11, DataType.DOUBLE);
    INDArray text = unitRows(12, DataType.DOUBLE);
    LossParameters parameters = startingParameters(DataType.DOUBLE);
    INDArray both = Nd4j.hstack(audio, text);
    LossOutput expected = loss().evaluate(audio, text, parameters, IDS);
    LossOutput found =
        loss().evaluate(both.getColumns(0, 1, 2, 3, 4, 5), text.dup('f'), parameters, IDS);
    Golden.assertClose("value", expected.value(), found.value(), ORDER_TOLERANCE);
    Golden.assertClose(
        "text gradient", expected.textGradient(), found.textGradient(), ORDER_TOLERANCE);
    Golden.assertClose(
        "audio gradient", expected.audioGradient(), found.audioGradient(), ORDER_TOLERANCE);
  }

  @Test
  void worstAndBestCasesAreFiniteAtTheLargestScale() {
    INDArray rows = unitRows(13, DataType.FLOAT);
    assertFinite("identical", rows, rows);
    assertFinite("opposite", rows, rows.neg());
    INDArray one = Nd4j.vstack(Collections.nCopies(PAIRS, rows.getRow(0)));
    assertFinite("all equal", one, one.dup());
  }

  private void assertFinite(String what, INDArray audio, INDArray text) {
    LossParameters parameters = startingParameters(audio.dataType());
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              if (name.endsWith("log_logit_scale")) {
                array.assign(Math.log(100));
              }
            });
    LossOutput output = loss().evaluate(audio, text, parameters, IDS);
    assertTrue(Double.isFinite(output.value()), what + ": loss " + output.value());
    assertTrue(allFinite(output.audioGradient()), what + ": " + output.audioGradient());
    assertTrue(allFinite(output.textGradient()), what + ": " + output.textGradient());
    output
        .parameterGradients()
        .forEach((name, gradient) -> assertTrue(allFinite(gradient), what + ": " + name));
  }

  private static boolean allFinite(INDArray array) {
    for (double value : array.dup('c').data().asDouble()) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void parameterNamesAreUniqueAndStartFinite() {
    List<ParameterSpec> specs = loss().parameters();
    assertEquals(
        specs.size(), specs.stream().map(ParameterSpec::name).collect(Collectors.toSet()).size());
    startingParameters(DataType.DOUBLE)
        .arrays()
        .forEach((name, array) -> assertTrue(allFinite(array), name));
  }

  @Test
  void startingParametersAreInTheirRange() {
    LossParameters parameters = startingParameters(DataType.DOUBLE);
    Map<String, INDArray> before = new LinkedHashMap<>();
    parameters.arrays().forEach((name, array) -> before.put(name, array.dup()));
    loss().afterStep(parameters, 0);
    assertEquals(before, parameters.arrays());
  }

  private LossParameters startingParameters(DataType type) {
    return LossParameters.starting(loss().parameters(), type, RandomSeed.of(7));
  }

  private static INDArray unitRows(long seed, DataType type) {
    SplittableRandom random = RandomSeed.of(seed).generator();
    double[][] rows = new double[PAIRS][DIM];
    for (double[] row : rows) {
      double squares = 0;
      for (int d = 0; d < DIM; d++) {
        row[d] = random.nextGaussian();
        squares += row[d] * row[d];
      }
      for (int d = 0; d < DIM; d++) {
        row[d] /= Math.sqrt(squares);
      }
    }
    return Nd4j.createFromArray(rows).castTo(type);
  }
}
