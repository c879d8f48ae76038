package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.experiments.Clap;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.training.tracking.JournalSummary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Losses that do not compare whole embeddings as they are, from training to every command. */
class ScoringTest {

  /** Float32 scores. */
  private static final double TOLERANCE = 1e-5;

  private static final int CLIPS = 12;

  /** Six times what chance gives. */
  private static final double FAR_ABOVE_CHANCE = 0.5;

  /** Steps after which two elements of an embedding still rank worse than eight. */
  private static final int UNFINISHED = 40;

  private static final List<String> DIRECTIONS = List.of("audio_to_text", "text_to_audio");

  @TempDir private static Path folder;

  private static Path laionMlp = Path.of("");
  private static Path matryoshka = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    for (int clip = 0; clip < CLIPS; clip++) {
      write("train", clip, 1);
      write("validation", clip, 0.998);
      write("test", clip, 1.002);
    }
    Files.write(file("captions.txt"), captions());
    laionMlp = train("{type: laion-mlp}", 250);
    matryoshka = train("{type: matryoshka, dims: [2, 4, 8], of: {type: info-nce}}", UNFINISHED);
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  private static List<String> captions() {
    List<String> captions = new ArrayList<>();
    for (String kind : List.of("dull", "plain", "bright")) {
      for (String sound : List.of("hum", "note", "horn", "whistle")) {
        captions.add("a " + kind + " " + sound);
      }
    }
    return captions;
  }

  private static void write(String part, int clip, double detuned) throws IOException {
    Path tones = Files.createDirectories(file("tones").resolve(part));
    String name = "tone-%02d".formatted(clip);
    Tone.write(tones.resolve(name + ".wav"), 150 * detuned * Math.pow(1.38, clip), 1);
    Files.writeString(tones.resolve(name + ".txt"), captions().get(clip) + "\n");
  }

  private static Path train(String loss, int steps) throws IOException {
    Path config = TestProgram.config(folder);
    Files.writeString(
        file("data.yaml"), "type: folder\nroot: " + file("tones") + "\nsplit-by: sub-folder\n");
    Answer trained =
        run(
            "train",
            config,
            "loss=" + loss,
            "training.batch-size=" + CLIPS,
            "training.epochs=0",
            "training.steps=" + steps,
            "training.evaluate-every=" + steps,
            "training.checkpoint-every=" + steps,
            "clip.seconds=0.3",
            "audio-encoder.block-dropout=0",
            "audio-encoder.feature-dropout=0",
            "text-encoder.dropout=0",
            "optimizer.lr=2e-3");
    assertEquals(0, trained.status(), trained.err());
    return Path.of(trained.out().lines().findFirst().orElseThrow());
  }

  private static JsonObject eval(Path run) {
    Answer answer = run("eval", run, file("data.yaml"), "--json");
    assertEquals(0, answer.status(), answer.err());
    return JsonParser.parseString(answer.out()).getAsJsonObject();
  }

  private static double last(Path run, String metric) throws IOException {
    JournalSummary journal = JournalSummary.read(run);
    assertTrue(
        journal.curves().containsKey(metric), () -> metric + ": " + journal.curves().keySet());
    return journal.curve(metric).lastEntry().getValue().value();
  }

  private static double recallAt1(JsonObject retrieval, String direction) {
    return retrieval.getAsJsonObject(direction).get("R_at_1").getAsDouble();
  }

  @Test
  void whatLaionMlpHasTrainedRanksInTrainingAndFromTheCheckpoint() throws IOException {
    JsonObject retrieval = eval(laionMlp).getAsJsonObject("retrieval");
    for (String direction : DIRECTIONS) {
      double recall = last(laionMlp, "test/" + direction + "/R_at_1");
      assertEquals(recall, recallAt1(retrieval, direction), direction);
      assertTrue(recall > FAR_ABOVE_CHANCE, direction + " " + recall);
      double validated = last(laionMlp, "val/" + direction + "/R_at_1");
      assertTrue(validated > FAR_ABOVE_CHANCE, direction + " " + validated);
      double inBatch = last(laionMlp, "train/" + direction + "_accuracy");
      assertTrue(inBatch > FAR_ABOVE_CHANCE, direction + " " + inBatch);
    }
  }

  @Test
  void classifyRanksAsTheLossDoes() {
    Answer answer =
        run(
            "classify",
            laionMlp,
            "--labels",
            file("captions.txt"),
            "--template",
            "{}",
            file("tones/test"));
    assertEquals(0, answer.status(), answer.err());
    List<String> lines = answer.out().lines().toList();
    assertEquals(CLIPS, lines.size());
    long right = 0;
    for (int clip = 0; clip < CLIPS; clip++) {
      right += lines.get(clip).contains("\t" + captions().get(clip) + "\t") ? 1 : 0;
    }
    assertTrue(right > FAR_ABOVE_CHANCE * CLIPS, right + " of " + CLIPS);
  }

  @Test
  void embeddingsArePlainAndScoringRowsStandBesideThemWhereTheyDiffer() throws IOException {
    Path audio = file("audio.safetensors");
    Path text = file("text.safetensors");
    assertEquals(0, run("embed", "audio", laionMlp, "--out", audio, file("tones/test")).status());
    assertEquals(
        0,
        run("embed", "text", laionMlp, "--captions", file("captions.txt"), "--out", text).status());
    try (SafeTensors clips = SafeTensors.open(audio);
        SafeTensors captions = SafeTensors.open(text);
        Clap clap = Clap.open(laionMlp)) {
      INDArray scores =
          clips.array("scoring_rows").mmul(captions.array("scoring_rows").transpose());
      float[][] audio_ND = clips.array("embeddings").toFloatMatrix();
      float[][] text_ND = captions.array("embeddings").toFloatMatrix();
      assertEquals(1, Clap.cosine(audio_ND[0], audio_ND[0]), TOLERANCE);
      for (int clip = 0; clip < CLIPS; clip += 5) {
        double score = clap.score(audio_ND[clip], text_ND[3]);
        assertEquals(scores.getDouble(clip, 3), score, TOLERANCE * Math.max(1, Math.abs(score)));
      }
    }
    assertEquals(
        0,
        run("embed", "text", matryoshka, "--captions", file("captions.txt"), "--out", text)
            .status());
    try (SafeTensors captions = SafeTensors.open(text)) {
      assertFalse(captions.has("scoring_rows"));
    }
  }

  @Test
  void exportsSayThatOthersCompareEmbeddingsThemselves() {
    Answer hf = run("export", laionMlp, "--format", "hf", "--out", file("hf"));
    assertEquals(1, hf.status());
    assertTrue(
        hf.err()
            .contains(
                "loss.type is laion-mlp, whose transforms score pairs, must be one that compares"
                    + " the embeddings themselves"),
        hf.err());
    Answer dl4j = run("export", laionMlp, "--format", "dl4j", "--out", file("dl4j"));
    assertEquals(
        new Answer(
            0,
            "",
            "note: loss.type laion-mlp scores pairs with transforms, which are not in the towers;"
                + " cosines of their embeddings are not this model's scores\n"),
        dl4j);
    assertEquals(
        new Answer(0, "", ""),
        run("export", matryoshka, "--format", "dl4j", "--out", file("dl4j-matryoshka")));
  }

  @Test
  void embeddingsThatMayBeCutAreMeasuredAtEachLength() throws IOException {
    JsonObject result = eval(matryoshka);
    JsonObject dims = result.getAsJsonObject("dims");
    assertEquals(List.of("2", "4", "8"), List.copyOf(dims.keySet()));
    for (String direction : DIRECTIONS) {
      for (String dim : dims.keySet()) {
        double recall =
            recallAt1(dims.getAsJsonObject(dim).getAsJsonObject("retrieval"), direction);
        String metric = "dim_" + dim + "/" + direction + "/R_at_1";
        assertEquals(last(matryoshka, "test/" + metric), recall, metric);
        last(matryoshka, "val/" + metric);
      }
      assertEquals(
          recallAt1(result.getAsJsonObject("retrieval"), direction),
          recallAt1(dims.getAsJsonObject("8").getAsJsonObject("retrieval"), direction),
          1.0 / CLIPS);
    }
    assertNotEquals(
        last(matryoshka, "test/dim_2/text_to_audio/mean_rank"),
        last(matryoshka, "test/dim_8/text_to_audio/mean_rank"));
    JournalSummary.read(matryoshka)
        .curves()
        .keySet()
        .forEach(name -> assertTrue(name.matches("[A-Za-z0-9_.:/ -]+"), name));
    Answer table = run("eval", matryoshka, file("data.yaml"));
    List<String> lines = table.out().lines().toList();
    assertEquals(
        List.of("  2", "  4", "  8"),
        lines.subList(lines.size() - 3, lines.size()).stream()
            .map(line -> line.substring(0, 3))
            .toList());
    assertTrue(lines.get(lines.size() - 4).startsWith("first elements "), table.out());
    assertFalse(eval(laionMlp).has("dims"));
  }

  private static String readme(Path run) throws IOException {
    try (Stream<Path> models = Files.list(run.resolve("models"))) {
      return Files.readString(models.findFirst().orElseThrow().resolve("README.md"));
    }
  }

  @Test
  void modelsSayHowTheirEmbeddingsAreCompared() throws IOException {
    String transformed = readme(laionMlp);
    assertTrue(
        transformed.contains(
            "\nTwo encoders, of sounds and of captions: unit vectors of 8 numbers, compared through"
                + " the transforms that the loss `laion-mlp` has trained. The cosine of two of them"
                + " is not this model's score.\n"),
        transformed);
    assertTrue(transformed.contains("`scoring_rows`"), transformed);
    assertFalse(transformed.contains("may be cut to"), transformed);
    String plain = readme(matryoshka);
    assertTrue(
        plain.contains(
            "\nTwo encoders, of sounds and of captions, into one space: unit vectors of 8 numbers,"
                + " compared by their cosine.\n"),
        plain);
    assertFalse(plain.contains("scoring_rows"), plain);
    assertTrue(
        plain.contains(
            "\n| vectors may be cut to | the first 2 or 4 numbers, made unit vectors again |\n"),
        plain);
    for (String readme : List.of(transformed, plain)) { // neither has what transformers wants
      assertTrue(readme.contains("\nclap4j export MODEL --format dl4j --out my-towers\n"), readme);
    }
  }
}
