package org.clap4j.training.evaluation;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LinearProbeTest {

  /** The gradient at the start is about 0.3 in each element. */
  private static final double FLAT = 1e-4;

  private static final double ROUNDING = 1e-12;

  private static final String FILE = "probe.safetensors";
  private static final int ROWS = 300;
  private static final int DIM = 6;
  private static final int CLASSES = 3;

  private final SplittableRandom random = RandomSeed.of(3).generator();
  private final INDArray labels_NK = Nd4j.zeros(DataType.DOUBLE, ROWS, CLASSES);
  private final INDArray embeddings_ND = Nd4j.zeros(DataType.DOUBLE, ROWS, DIM);

  /** Classes are clouds around points of different scale that overlap by a standard deviation. */
  private void draw(double distance) {
    for (int n = 0; n < ROWS; n++) {
      int label = n % CLASSES;
      labels_NK.putScalar(n, label, 1);
      for (int d = 0; d < DIM; d++) {
        double value = random.nextGaussian() + (d == label ? distance : 0);
        embeddings_ND.putScalar(n, d, value * Math.pow(10, d - 3));
      }
    }
  }

  @Test
  void endsWhereTheObjectiveIsFlat() {
    draw(1);
    LinearProbe probe = LinearProbe.fit(embeddings_ND, labels_NK);
    INDArray gradient = probe.gradient(probe.input(embeddings_ND), labels_NK);
    assertTrue(gradient.amaxNumber().doubleValue() < FLAT, gradient.toString());
  }

  @Test
  void findsClassesThatAStraightLineParts() {
    draw(20);
    INDArray scores = LinearProbe.fit(embeddings_ND, labels_NK).scores(embeddings_ND);
    assertEquals(labels_NK.argMax(1), scores.argMax(1));
  }

  @Test
  void aColumnThatIsConstantIsNoHarm() {
    draw(1);
    embeddings_ND.getColumn(5).assign(7);
    INDArray scores = LinearProbe.fit(embeddings_ND, labels_NK).scores(embeddings_ND);
    assertEquals(0, scores.isNaN().castTo(DataType.INT32).sumNumber().intValue());
  }

  /** With a class of three rows, and one that is not tested. */
  @Test
  void probabilitiesAccuracyAndPrecisionAreThoseOfScikitLearn() {
    Golden golden = Golden.fixture("linear_probe");
    LinearProbe probe =
        LinearProbe.fit(golden.array(FILE, "train"), oneHot(golden.longs(FILE, "train_labels")));
    long[] labels = golden.longs(FILE, "test_labels");
    INDArray scores_NK = probe.scores(golden.array(FILE, "test"));
    assertClose(
        "probabilities",
        golden.array(FILE, "probabilities", DataType.DOUBLE),
        probe.probabilities(golden.array(FILE, "test")),
        FLAT);
    ZeroShotTask task =
        new ZeroShotTask(
            List.of("a", "b", "c", "d"),
            List.of(List.of("a"), List.of("b"), List.of("c"), List.of("d")),
            Arrays.stream(labels).mapToObj(Math::toIntExact).toList(),
            Map.of());
    assertClose(
        "accuracy",
        golden.array(FILE, "accuracy", DataType.DOUBLE).getDouble(0),
        ZeroShotMetrics.of(scores_NK, task).accuracy(),
        ROUNDING);
    assertClose(
        "mAP",
        golden.array(FILE, "mAP", DataType.DOUBLE).getDouble(0),
        MultiLabelMetrics.of(scores_NK, oneHot(labels)).meanAveragePrecision(),
        ROUNDING);
  }

  /** With a class of four rows, and one that is not tested. */
  @Test
  void probabilitiesAndPrecisionOneVersusRestAreThoseOfScikitLearn() {
    Golden golden = Golden.fixture("linear_probe");
    String file = "multi_label.safetensors";
    INDArray test_ND = golden.array(file, "test");
    LinearProbe probe =
        LinearProbe.fitOneVersusRest(
            golden.array(file, "train"), golden.array(file, "train_labels", DataType.DOUBLE));
    assertClose(
        "probabilities",
        golden.array(file, "probabilities", DataType.DOUBLE),
        probe.probabilities(test_ND),
        FLAT);
    assertClose(
        "mAP",
        golden.array(file, "mAP", DataType.DOUBLE).getDouble(0),
        MultiLabelMetrics.of(
                probe.scores(test_ND), golden.array(file, "test_labels", DataType.DOUBLE))
            .meanAveragePrecision(),
        ROUNDING);
  }

  private static INDArray oneHot(long[] labels) {
    INDArray oneHot_NK = Nd4j.zeros(DataType.DOUBLE, labels.length, 4);
    for (int n = 0; n < labels.length; n++) {
      oneHot_NK.putScalar(n, labels[n], 1);
    }
    return oneHot_NK;
  }

  @Test
  void refusesOtherNumbersOfLabels() {
    assertEquals(
        "300 embeddings for 2 labels",
        assertThrows(
                IllegalArgumentException.class,
                () -> LinearProbe.fit(embeddings_ND, labels_NK.getRows(0, 1)))
            .getMessage());
  }
}
