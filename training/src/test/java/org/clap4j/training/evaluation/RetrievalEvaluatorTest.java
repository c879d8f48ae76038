package org.clap4j.training.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RetrievalEvaluatorTest {

  /** Of the fixture: the same fractions, summed in another order. */
  private static final double TOLERANCE = 1e-12;

  private static final Golden GOLDEN = Golden.fixture("metrics");
  private static final JsonObject JSON = GOLDEN.json("metrics.json");

  @ParameterizedTest(name = "{0}, {1} captions per clip, tiles of {2}")
  @CsvSource({
    "single, 1, 1",
    "single, 1, 1000000",
    "single_ties, 1, 350",
    "group, 5, 1000000",
    "group_ties, 5, 700",
    "group_ties, 5, 1",
  })
  void ranksAndMetricsEqualTheFixture(String name, int captionsPerClip, int tileElements) {
    INDArray similarity = GOLDEN.array("metrics.safetensors", name + ".similarity");
    int clips = (int) similarity.size(0);
    int captions = (int) similarity.size(1);
    int[] clipOfCaption = clipOfCaption(captions, captionsPerClip);
    MatrixSimilarity source =
        new MatrixSimilarity(similarity.dup('c').data().asFloat(), clips, captions);

    RetrievalRanks ranks =
        new RetrievalRanks(source, new CaptionGroups(clipOfCaption, clips), tileElements);
    int[] ofCaptions =
        IntStream.range(0, clips).flatMap(clip -> Arrays.stream(ranks.ofCaptions(clip))).toArray();
    assertArrayEquals(ints(name + ".rank.audio_to_text"), ofCaptions);
    assertArrayEquals(ints(name + ".rank.text_to_audio"), ranks.ofClips());

    RetrievalMetrics metrics = RetrievalEvaluator.evaluate(source, clipOfCaption, tileElements);
    assertMetrics(JSON.getAsJsonObject(name), metrics);
  }

  private static int[] ints(String array) {
    return Arrays.stream(GOLDEN.longs("metrics.safetensors", array))
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  private static int[] clipOfCaption(int captions, int captionsPerClip) {
    return IntStream.range(0, captions).map(j -> j / captionsPerClip).toArray();
  }

  private static void assertMetrics(JsonObject expected, RetrievalMetrics metrics) {
    assertDirection(expected.getAsJsonObject("audio_to_text"), metrics.audioToText());
    assertDirection(expected.getAsJsonObject("text_to_audio"), metrics.textToAudio());
  }

  private static void assertDirection(JsonObject expected, RetrievalMetrics.Direction found) {
    found
        .byName()
        .forEach(
            (name, value) ->
                assertEquals(
                    expected.get(name.replace("_at_", "@")).getAsDouble(), value, TOLERANCE, name));
  }

  @Test
  void captionsMayComeInAnyOrder() {
    SplittableRandom random = RandomSeed.of(2).generator();
    INDArray audio = drawn(random, 40, 8);
    INDArray text = drawn(random, 90, 8);
    int[] clipOfCaption = IntStream.range(0, 90).map(j -> j * 7 % 40).toArray();
    try (EmbeddingSimilarity source = new EmbeddingSimilarity(audio, text)) {
      assertEquals(
          RetrievalEvaluator.evaluate(source, clipOfCaption, 1 << 20),
          RetrievalEvaluator.evaluate(source, clipOfCaption, 64));
    }
  }

  private static INDArray drawn(SplittableRandom random, int rows, int dim) {
    return Nd4j.createFromArray(random.doubles((long) rows * dim).toArray())
        .castTo(DataType.FLOAT)
        .reshape(rows, dim);
  }

  @Test
  void equalScoresEarnNothing() {
    INDArray zeros = Nd4j.zeros(DataType.FLOAT, 50, 4);
    assertMetrics(
        JSON.getAsJsonObject("all_equal"),
        RetrievalEvaluator.evaluate(zeros, zeros, clipOfCaption(50, 1)));
  }

  @Test
  void scoresThatAreNoNumbersRankLast() {
    INDArray nan = Nd4j.valueArrayOf(new long[] {12, 4}, Float.NaN, DataType.FLOAT);
    RetrievalMetrics metrics = RetrievalEvaluator.evaluate(nan, nan, clipOfCaption(12, 1));
    assertEquals(12, metrics.audioToText().meanRank());
    assertEquals(12, metrics.textToAudio().meanRank());
  }

  @Test
  void embeddingsAreComparedByTheirProducts() {
    INDArray text = Nd4j.eye(6).castTo(DataType.FLOAT);
    INDArray audio = text.getRows(0, 2, 4);
    RetrievalMetrics metrics =
        RetrievalEvaluator.evaluate(audio, text, new int[] {0, 0, 1, 1, 2, 2});
    assertEquals(1, metrics.audioToText().recallAt1());
    assertEquals(1, metrics.audioToText().medianRank());
    assertEquals(0.5 + 0.5 / 3, metrics.textToAudio().recallAt1(), TOLERANCE);
  }

  @Test
  void holdsATileOfSimilaritiesAndMakesFewTwice() {
    int clips = 2_000;
    int captions = 10_000;
    int tileElements = 1 << 17;
    SplittableRandom random = RandomSeed.of(1).generator();
    float[] row = new float[captions];
    for (int j = 0; j < captions; j++) {
      row[j] = (float) random.nextDouble();
    }
    int[] largest = {0};
    long[] read = {0};
    SimilaritySource source =
        new SimilaritySource() {
          @Override
          public int clips() {
            return clips;
          }

          @Override
          public int captions() {
            return captions;
          }

          @Override
          public void read(
              int firstClip, int tileClips, int firstCaption, int tileCaptions, float[] tile) {
            largest[0] = Math.max(largest[0], tile.length);
            read[0] += (long) tileClips * tileCaptions;
            for (int r = 0; r < tileClips; r++) {
              System.arraycopy(row, firstCaption, tile, r * tileCaptions, tileCaptions);
            }
          }
        };
    RetrievalMetrics metrics =
        RetrievalEvaluator.evaluate(source, clipOfCaption(captions, 5), tileElements);
    assertTrue(largest[0] <= tileElements, largest[0] + " similarities at a time");
    assertTrue(
        read[0] <= 1.25 * clips * captions, "once, and the right answers' tiles twice: " + read[0]);
    assertEquals(
        (1 + clips) / 2.0, metrics.textToAudio().meanRank(), "all rows equal: ties by index");
  }

  @Test
  void jsonHasTheNamesOfTheCommandLine() {
    RetrievalMetrics.Direction direction =
        new RetrievalMetrics.Direction(0.25, 0.5, 0.75, 0.375, 4, 3.5);
    String json =
        "{\"R_at_1\":0.25,\"R_at_5\":0.5,\"R_at_10\":0.75,\"mAP_at_10\":0.375,"
            + "\"mean_rank\":4.0,\"median_rank\":3.5}";
    assertEquals(
        "{\"audio_to_text\":" + json + ",\"text_to_audio\":" + json + "}",
        new Gson().toJson(new RetrievalMetrics(direction, direction)));
  }

  @Test
  void refusesCaptionsOfNoClipAndClipsOfNoCaption() {
    INDArray audio = Nd4j.eye(2).castTo(DataType.FLOAT);
    assertEquals(
        "caption 1 belongs to clip 2, which is not in [0, 2)",
        refusal(() -> RetrievalEvaluator.evaluate(audio, audio, new int[] {0, 2})));
    assertEquals(
        "clip 1 has no caption",
        refusal(() -> RetrievalEvaluator.evaluate(audio, audio, new int[] {0, 0})));
    assertEquals(
        "3 entries of clipOfCaption for 2 captions",
        refusal(() -> RetrievalEvaluator.evaluate(audio, audio, new int[] {0, 1, 1})));
    assertEquals(
        "audio and text embeddings must be [clips, D] and [captions, D], were [2, 2] and [2, 3]",
        refusal(() -> RetrievalEvaluator.evaluate(audio, Nd4j.zeros(2, 3), new int[] {0, 1})));
  }

  private static String refusal(Runnable call) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
