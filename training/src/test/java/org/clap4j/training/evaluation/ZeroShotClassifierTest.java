package org.clap4j.training.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.loss.Scoring;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ZeroShotClassifierTest {

  /** Of the fixture: the same fractions, summed in another order. */
  private static final double TOLERANCE = 1e-12;

  /** Float32 cosines. */
  private static final double FLOAT_TOLERANCE = 1e-6;

  private static final Golden GOLDEN = Golden.fixture("metrics");
  private static final JsonObject JSON = GOLDEN.json("metrics.json");

  private static ZeroShotTask task(List<Integer> labels, int classes) {
    List<String> names = IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
    return new ZeroShotTask(
        names, Collections.nCopies(classes, List.of("prompt")), labels, Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero_shot", "zero_shot_ties"})
  void metricsEqualTheFixture(String name) {
    INDArray scores = GOLDEN.array("metrics.safetensors", name + ".scores");
    List<Integer> labels =
        Arrays.stream(GOLDEN.longs("metrics.safetensors", name + ".labels"))
            .mapToObj(Math::toIntExact)
            .toList();
    ZeroShotMetrics metrics = ZeroShotMetrics.of(scores, task(labels, 10));
    JsonObject expected = JSON.getAsJsonObject(name);
    assertEquals(expected.get("accuracy").getAsDouble(), metrics.accuracy(), TOLERANCE);
    assertEquals(expected.get("top5").getAsDouble(), metrics.top5(), TOLERANCE);
    assertEquals(
        expected.get("mean_class_accuracy").getAsDouble(), metrics.meanClassAccuracy(), TOLERANCE);
    assertEquals(expected.get("classes_present").getAsInt(), metrics.classAccuracy().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi_label", "multi_label_ties"})
  void averagePrecisionEqualsTheFixture(String name) {
    MultiLabelMetrics metrics =
        MultiLabelMetrics.of(
            GOLDEN.array("metrics.safetensors", name + ".scores"),
            GOLDEN.array("metrics.safetensors", name + ".targets"));
    JsonObject expected = JSON.getAsJsonObject(name);
    JsonObject byClass = expected.getAsJsonObject("average_precision");
    assertEquals(byClass.size(), metrics.averagePrecision().size());
    metrics
        .averagePrecision()
        .forEach(
            (k, precision) ->
                assertEquals(byClass.get(String.valueOf(k)).getAsDouble(), precision, TOLERANCE));
    assertEquals(expected.get("mAP").getAsDouble(), metrics.meanAveragePrecision(), TOLERANCE);
  }

  @Test
  void aClassIsTheMeanOfItsPromptsWhateverTheirLength() {
    Map<String, float[]> embeddings =
        Map.of(
            "right", new float[] {5, 0},
            "up", new float[] {0, 0.1f},
            "left", new float[] {-1, 0});
    ZeroShotClassifier classifier =
        ZeroShotClassifier.of(
            List.of(List.of("right", "up"), List.of("left")),
            prompts -> Nd4j.create(prompts.stream().map(embeddings::get).toArray(float[][]::new)));
    INDArray audio = Nd4j.createFromArray(new float[][] {{1, 0}, {-1, 0}});
    float half = (float) Math.sqrt(0.5);
    Golden.assertClose(
        "scores",
        Nd4j.createFromArray(new float[][] {{half, -1}, {-half, 1}}),
        classifier.scores(audio),
        FLOAT_TOLERANCE);
    INDArray probabilities = classifier.probabilities(audio, 2);
    double odds = Math.exp(2 * (half + 1));
    Golden.assertClose(
        "probability", odds / (1 + odds), probabilities.getDouble(0, 0), FLOAT_TOLERANCE);
    Golden.assertClose(
        "sum", 1, probabilities.getDouble(1, 0) + probabilities.getDouble(1, 1), FLOAT_TOLERANCE);
  }

  @Test
  void aWrongClassOfTheRightGroupCountsForTheAttribute() {
    ZeroShotTask task =
        new ZeroShotTask(
            List.of("low sine", "low square", "high sine"),
            Collections.nCopies(3, List.of("prompt")),
            List.of(0, 1, 2),
            Map.of("pitch", List.of(0, 0, 1), "timbre", List.of(0, 1, 0)));
    INDArray scores = Nd4j.createFromArray(new float[][] {{0, 1, 0}, {0, 1, 0}, {1, 0, 0.5f}});
    ZeroShotMetrics metrics = ZeroShotMetrics.of(scores, task);
    assertEquals(1 / 3.0, metrics.accuracy(), TOLERANCE);
    assertEquals(Map.of("pitch", 2 / 3.0, "timbre", 2 / 3.0), metrics.attributeAccuracy());
    assertEquals(
        List.of("accuracy", "top_5", "mean_class_accuracy", "pitch_accuracy", "timbre_accuracy"),
        List.copyOf(metrics.byName().keySet()));
  }

  @Test
  void refusesScoresOfAnotherShape() {
    assertEquals(
        "scores must be [2 clips, 3 classes], were [2, 4]",
        assertThrows(
                IllegalArgumentException.class,
                () -> ZeroShotMetrics.of(Nd4j.zeros(2, 4), task(List.of(0, 1), 3)))
            .getMessage());
  }

  @Test
  void diagnosticsTellCollapseFromSpread() {
    INDArray collapsed = Nd4j.ones(DataType.FLOAT, 4, 4).divi(2);
    EmbeddingDiagnostics same =
        EmbeddingDiagnostics.of(collapsed, collapsed, PairIds.distinct(4), Scoring.cosine());
    assertEquals(0, same.audioUniformity(), FLOAT_TOLERANCE);
    assertEquals(1, same.negativeSimilarity(), FLOAT_TOLERANCE);
    assertEquals(0.25, same.audioToTextAccuracy(), FLOAT_TOLERANCE);

    INDArray spread = Nd4j.eye(4).castTo(DataType.FLOAT);
    EmbeddingDiagnostics apart =
        EmbeddingDiagnostics.of(
            spread,
            spread,
            new PairIds(new long[] {0, 1, 1, 2}, new long[] {0, 1, 2, 3}),
            Scoring.cosine());
    assertEquals(1, apart.positiveSimilarity(), FLOAT_TOLERANCE);
    assertEquals(1, apart.easiestPositive(), FLOAT_TOLERANCE);
    assertEquals(0, apart.hardestNegative(), FLOAT_TOLERANCE);
    assertEquals(0, apart.alignment(), FLOAT_TOLERANCE);
    assertEquals(1, apart.textToAudioAccuracy(), FLOAT_TOLERANCE);
    assertEquals(-4, apart.textUniformity(), FLOAT_TOLERANCE);
    assertEquals(9, apart.byName().size());
  }
}
