package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that use a trained model, each on the same one. */
class ModelCommandsTest {

  /** Float32 embeddings and probabilities. */
  private static final double FLOAT_TOLERANCE = 1e-5;

  /** Frames of a second at 32 kHz with a hop of 320, centred. */
  private static final int FRAMES = 101;

  @TempDir private static Path folder;

  private static String run = "";
  private static List<String> testLines = List.of();

  @BeforeAll
  static void train() throws IOException {
    Answer trained = run("train", TestProgram.config(folder));
    assertEquals(0, trained.status(), trained.err());
    List<String> lines = trained.out().lines().toList();
    run = lines.get(0);
    assertTrue(trained.err().contains("step 2  val/loss "), trained.err());
    testLines = lines.subList(lines.indexOf("test") + 1, lines.size());
    Tone.write(folder.resolve("low.wav"), 200, 1);
    Tone.write(folder.resolve("high.wav"), 3000, 1);
    Tone.write(folder.resolve("short.wav"), 3000, 0.5);
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void evalMeasuresWhatTrainingHasMeasuredInTheEnd() throws IOException {
    Path data = Files.writeString(file("test.yaml"), TestProgram.DATA);
    Answer table = run("eval", run, data);
    assertEquals(new Answer(0, String.join("\n", testLines) + "\n", ""), table);

    Answer json = run("eval", run, data, "--json");
    assertEquals(0, json.status(), json.err());
    JsonObject result = JsonParser.parseString(json.out()).getAsJsonObject();
    assertEquals(8, result.get("clips").getAsInt());
    JsonObject retrieval = result.getAsJsonObject("retrieval");
    for (String direction : List.of("audio_to_text", "text_to_audio")) {
      assertEquals(
          List.of("R_at_1", "R_at_5", "R_at_10", "mAP_at_10", "mean_rank", "median_rank"),
          List.copyOf(retrieval.getAsJsonObject(direction).keySet()));
    }
  }

  /** Where MLflow's dashboard opens a picture that there is at several steps. */
  @Test
  void everyPictureIsThereAtStepZero() throws IOException {
    Map<String, Set<Long>> steps = new TreeMap<>();
    new JournalReader(Path.of(run).resolve(JournalTracker.FILE_NAME))
        .readAll().stream()
            .filter(JournalEntry.Artifact.class::isInstance)
            .map(entry -> ((JournalEntry.Artifact) entry).artifactPath())
            .filter(path -> path.startsWith("images/"))
            .map(path -> path.split("\\+", -1))
            .forEach(
                name ->
                    steps
                        .computeIfAbsent(name[0], key -> new TreeSet<>())
                        .add(Long.valueOf(name[2])));
    assertEquals(
        Map.of(
            "images/val~log_mel_1", Set.of(0L),
            "images/val~log_mel_2", Set.of(0L),
            "images/val~log_mel_3", Set.of(0L),
            "images/val~similarity", Set.of(0L, 2L)),
        steps);
  }

  @Test
  void folderOfTheBestModelStandsForTheRun() throws IOException {
    Path models = Path.of(run).resolve("models");
    Path model;
    try (Stream<Path> found = Files.list(models)) {
      model = found.findFirst().orElseThrow();
    }
    assertTrue(Files.notExists(model.resolve("optimizer.safetensors")));
    Path data = Files.writeString(file("again.yaml"), TestProgram.DATA);
    assertEquals(run("eval", run, data), run("eval", model, data));
    String readme = Files.readString(model.resolve("README.md"));
    assertTrue(
        readme.contains("\n| data for training | synthetic soundscapes: 16 clips, "), readme);
    assertTrue(readme.contains("\n| test/text_to_audio/R_at_1 | 0."), readme);
    String description = Files.readString(model.resolve("MLmodel"));
    assertTrue(description.contains("    embedding_dim: " + TestProgram.DIM + "\n"), description);
    JournalEntry.Model recorded =
        new JournalReader(Path.of(run).resolve(JournalTracker.FILE_NAME))
            .readAll().stream()
                .filter(JournalEntry.Model.class::isInstance)
                .map(JournalEntry.Model.class::cast)
                .findFirst()
                .orElseThrow();
    assertEquals("models/" + model.getFileName(), recorded.directory());
    assertEquals(Integer.toString(TestProgram.DIM), recorded.params().get("head.dim"));
    assertTrue(recorded.metrics().contains("test/text_to_audio/R_at_1"), recorded::toString);
  }

  @Test
  void evalTakesKeysOfTheSectionAndRefusesOthers() throws IOException {
    Path data = Files.writeString(file("keys.yaml"), TestProgram.DATA);
    Answer fewer = run("eval", run, data, "test-clips=4", "--json");
    assertEquals(0, fewer.status(), fewer.err());
    assertEquals(4, JsonParser.parseString(fewer.out()).getAsJsonObject().get("clips").getAsInt());
    Answer wrong = run("eval", run, data, "test-clip=4");
    assertEquals(2, wrong.status());
    assertTrue(wrong.err().endsWith("Did you mean 'test-clips'?\n"), wrong.err());
  }

  @Test
  void evalSaysThatThereIsNoSuchModel() throws IOException {
    Path data = Files.writeString(file("nowhere.yaml"), TestProgram.DATA);
    assertEquals(
        new Answer(1, "", "clap4j: nowhere: there is no such run, checkpoint or model directory\n"),
        run("eval", "nowhere", data));
  }

  /** Twelve tones in three folds, high ones and low ones. */
  private Path folds(String name, IntPredicate isHigh) throws IOException {
    Path root = Files.createDirectories(file(name));
    Files.createDirectories(root.resolve("audio"));
    Files.createDirectories(root.resolve("meta"));
    StringBuilder meta = new StringBuilder("filename,fold,target,category\n");
    for (int clip = 0; clip < 12; clip++) {
      boolean high = isHigh.test(clip);
      String tone = "tone-" + clip + ".wav";
      Tone.write(root.resolve("audio").resolve(tone), (high ? 4000 : 150) + 0.01 * clip, 1);
      meta.append(
          "%s,%d,%d,%s%n".formatted(tone, 1 + clip / 4, high ? 1 : 0, high ? "hiss" : "hum"));
    }
    Files.writeString(root.resolve("meta/esc50.csv"), meta);
    return Files.writeString(file(name + ".yaml"), "type: esc50\nroot: " + root + "\n");
  }

  @Test
  void probeNamesTheClassesThatItCannotLearn() throws IOException {
    Path data = folds("lonely", clip -> clip == 7);
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: "
                + data
                + ": lonely tested on fold 2 tests classes that it has no clip to fit the probe to:"
                + " hiss; share their clips among the parts, or take them off the list\n"),
        run("probe", run, data, "test-fold=1"));
  }

  @Test
  void probeTestsEachFoldInTurn() throws IOException {
    Path data = folds("folds", clip -> clip % 2 == 1);
    String table =
        """
        linear probe                         accuracy        mAP    train     test
          folds tested on fold 1               1.0000     1.0000        8        4
          folds tested on fold 2               1.0000     1.0000        8        4
          folds tested on fold 3               1.0000     1.0000        8        4
          mean                                 1.0000     1.0000
        """;
    assertEquals(new Answer(0, table, ""), run("probe", run, data, "test-fold=1"));
    JsonObject json =
        JsonParser.parseString(run("probe", run, data, "test-fold=1", "--json").out())
            .getAsJsonObject();
    assertEquals(List.of("accuracy", "mAP", "folds"), List.copyOf(json.keySet()));
    assertEquals(3, json.getAsJsonArray("folds").size());
  }

  /** One of the three labels belongs to all clips. */
  @Test
  void probeOfClipsWithSeveralLabelsHasNoAccuracy() throws IOException {
    Path root = Files.createDirectories(file("labelled"));
    Path audio = Files.createDirectories(root.resolve("audio"));
    for (String part : List.of("train", "test")) {
      StringBuilder csv = new StringBuilder("file_name,labels\n");
      for (int clip = 0; clip < 9; clip++) {
        String name = part + clip + ".wav";
        boolean isHigh = clip % 3 != 0;
        Tone.write(audio.resolve(name), (isHigh ? 4000 : 150) + clip, 1);
        csv.append(name).append(isHigh ? ",\"sound,high\"\n" : ",\"sound,low\"\n");
      }
      Files.writeString(root.resolve(part + ".csv"), csv);
    }
    Path data =
        Files.writeString(
            file("labelled.yaml"),
            "type: captions-csv\nroot: "
                + root
                + "\ntrain: train.csv\ntest: test.csv\nlabels: labels\n");
    String table =
        """
        linear probe                         accuracy        mAP    train     test
          labelled                                  -     1.0000        9        9
        """;
    assertEquals(new Answer(0, table, ""), run("probe", run, data));
    JsonObject json =
        JsonParser.parseString(run("probe", run, data, "--json").out()).getAsJsonObject();
    assertEquals(List.of("mAP", "folds"), List.copyOf(json.keySet()));
  }

  /**
   * Whether a clip is high or low can be heard. High clips echo in folds 1 and 2, low ones in fold
   * 3, where the two high clips are therefore ranked before the one that does echo: average
   * precision 1/3, which is scikit-learn's {@code average_precision_score([0, 0, 1], [2, 2, 1])}.
   */
  @Test
  void probeOfClipsWithSeveralLabelsTestsEachFoldInTurn() throws IOException {
    Path root = Files.createDirectories(file("labelled-folds"));
    Path audio = Files.createDirectories(root.resolve("audio"));
    StringBuilder csv = new StringBuilder("file_name,labels,fold\n");
    for (String clip :
        List.of(
            "1-high-a",
            "1-high-b",
            "1-high-c",
            "1-low-a",
            "1-low-b",
            "2-high-a",
            "2-high-b",
            "2-high-c",
            "2-low-a",
            "2-low-b",
            "2-low-c",
            "3-high-a",
            "3-high-b",
            "3-low-a")) {
      String fold = clip.substring(0, 1);
      boolean isHigh = clip.contains("high");
      boolean echoes = isHigh != fold.equals("3");
      Tone.write(audio.resolve(clip + ".wav"), isHigh ? 4000 : 150, 1);
      csv.append(
          "%s.wav,\"%s%s\",%s%n"
              .formatted(clip, isHigh ? "high" : "low", echoes ? ",echo" : "", fold));
    }
    Files.writeString(root.resolve("clips.csv"), csv);
    Path data =
        Files.writeString(
            file("labelled-folds.yaml"),
            """
            type: captions-csv
            root: %s
            train: clips.csv
            fold: fold
            labels: labels
            """
                .formatted(root));
    double lastFold = (1 + 1 + 1 / 3.0) / 3;
    String table =
        """
        linear probe                         accuracy        mAP    train     test
          labelled-folds tested on fold 1           -     1.0000        9        5
          labelled-folds tested on fold 2           -     1.0000        8        6
          labelled-folds tested on fold 3           -     %.4f       11        3
          mean                                      -     %.4f
        """
            .formatted(lastFold, (1 + 1 + lastFold) / 3);
    assertEquals(new Answer(0, table, ""), run("probe", run, data));
  }

  @Test
  void probeSaysThatThereAreNoClasses() throws IOException {
    Path data = Files.writeString(file("no-classes.yaml"), TestProgram.DATA);
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: "
                + data
                + ": synthetic soundscapes has no classes in its training or test part; probe data"
                + " in ESC-50's layout, or captions-csv with labels or zero-shot\n"),
        run("probe", run, data));
  }

  @Test
  void classifyGivesEveryClipTheProbabilitiesOfAllLabels() throws IOException {
    Path labels = Files.writeString(file("labels.txt"), "hum\nchirp\nbell\n");
    Answer json =
        run("classify", run, "--labels", labels, file("low.wav"), file("high.wav"), "--json");
    assertEquals(0, json.status(), json.err());
    JsonArray guesses = JsonParser.parseString(json.out()).getAsJsonArray();
    List<String> expectedLines = new ArrayList<>();
    for (JsonElement element : guesses) {
      JsonObject guess = element.getAsJsonObject();
      JsonObject byLabel = guess.getAsJsonObject("probabilities");
      assertEquals(List.of("hum", "chirp", "bell"), List.copyOf(byLabel.keySet()));
      double[] values =
          byLabel.asMap().values().stream().mapToDouble(JsonElement::getAsDouble).toArray();
      assertEquals(1, values[0] + values[1] + values[2], FLOAT_TOLERANCE);
      double best = Math.max(values[0], Math.max(values[1], values[2]));
      assertEquals(best, guess.get("probability").getAsDouble());
      assertEquals(best, byLabel.get(guess.get("label").getAsString()).getAsDouble());
      expectedLines.add(
          "%s\t%s\t%.4f"
              .formatted(guess.get("file").getAsString(), guess.get("label").getAsString(), best));
    }
    assertEquals(2, guesses.size());
    Answer lines = run("classify", run, "--labels", labels, file("low.wav"), file("high.wav"));
    assertEquals(new Answer(0, String.join("\n", expectedLines) + "\n", ""), lines);
  }

  @Test
  void classifyAveragesTemplatesAndRefusesOneWithoutAPlaceForTheLabel() throws IOException {
    Path labels = Files.writeString(file("two.txt"), "hum\nchirp\n");
    Answer averaged =
        run(
            "classify",
            run,
            "--labels",
            labels,
            "--template",
            "a {}",
            "--template",
            "{} and noise",
            file("low.wav"));
    assertEquals(0, averaged.status(), averaged.err());
    assertEquals(
        new Answer(2, "", "clap4j: --template 'a sound' has no {} for the label to stand in\n"),
        run("classify", run, "--labels", labels, "--template", "a sound", file("low.wav")));
  }

  @Test
  void blankLabelIsNamedByItsLine() throws IOException {
    Path labels = Files.writeString(file("blank.txt"), "hum\n\n");
    assertEquals(
        new Answer(2, "", "clap4j: " + labels + ":2: the line is blank; expected a text\n"),
        run("classify", run, "--labels", labels, file("low.wav")));
  }

  @Test
  void embeddingsAreUnitRowsInTheOrderGiven() throws IOException {
    Path out = file("audio.safetensors");
    Answer answer =
        run(
            "embed",
            "audio",
            run,
            "--out",
            out,
            file("low.wav"),
            file("high.wav"),
            file("low.wav"));
    assertEquals(0, answer.status(), answer.err());
    try (SafeTensors tensors = SafeTensors.open(out)) {
      assertEquals(List.of(3L, (long) TestProgram.DIM), tensors.info("embeddings").shape());
      String names = tensors.metadata().get("files");
      assertEquals(
          List.of("low.wav", "high.wav", "low.wav"),
          List.of(new Gson().fromJson(names, String[].class)).stream()
              .map(name -> Path.of(name).getFileName().toString())
              .toList());
      float[] low = row(tensors, 0);
      assertEquals(1, norm(low), FLOAT_TOLERANCE);
      assertEquals(1, norm(row(tensors, 1)), FLOAT_TOLERANCE);
      assertArrayEquals(low, row(tensors, 2));
    }
  }

  private static float[] row(SafeTensors tensors, int index) throws IOException {
    return tensors.array("embeddings").getRow(index).toFloatVector();
  }

  private static double norm(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  @Test
  void directoryStandsForItsRecordingsInSortedOrder() throws IOException {
    Path clips = Files.createDirectory(file("clips"));
    Tone.write(clips.resolve("b.wav"), 300, 1);
    Tone.write(clips.resolve("a.wav"), 2000, 1);
    Path out = file("directory.safetensors");
    Answer answer = run("embed", "audio", run, "--out", out, clips);
    assertEquals(0, answer.status(), answer.err());
    try (SafeTensors tensors = SafeTensors.open(out)) {
      assertEquals(
          List.of("a.wav", "b.wav"),
          List.of(new Gson().fromJson(tensors.metadata().get("files"), String[].class)).stream()
              .map(name -> Path.of(name).getFileName().toString())
              .toList());
    }
    Path empty = Files.createDirectory(file("empty"));
    assertEquals(
        new Answer(2, "", "clap4j: " + empty + ": there are no audio files in this directory\n"),
        run("embed", "audio", run, "--out", out, empty));
  }

  @Test
  void featuresOfAModelAreThoseOfItsFrontEnd() throws IOException {
    Path preset = file("preset.safetensors");
    Path model = file("model.safetensors");
    assertEquals(
        0, run("features", "panns", "--out", preset, file("low.wav"), file("high.wav")).status());
    assertEquals(
        0, run("features", run, "--out", model, file("low.wav"), file("high.wav")).status());
    try (SafeTensors one = SafeTensors.open(preset);
        SafeTensors other = SafeTensors.open(model)) {
      assertEquals(List.of(2L, (long) FRAMES, 64L), one.info("log_mel").shape());
      assertEquals(one.array("log_mel"), other.array("log_mel"));
    }
  }

  @Test
  void featuresWantRecordingsOfOneLength() {
    Path out = file("lengths.safetensors");
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: %s has 16000 samples at 32000 Hz, %s has 32000; recordings of one call must have one length\n"
                .formatted(file("short.wav"), file("low.wav"))),
        run("features", "panns", "--out", out, file("low.wav"), file("short.wav")));
    assertFalse(Files.exists(out));
  }

  @Test
  void unknownFrontEndIsGuessedAt() {
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: 'pans' is no run or checkpoint directory, and front-end preset 'pans' is not"
                + " known; known: "
                + String.join(", ", LogMelSettings.presetNames())
                + ". Did you mean 'panns'?\n"),
        run("features", "pans", "--out", file("x.safetensors"), file("low.wav")));
  }

  @Test
  void configurationsDifferInTheKeysThatWereChanged() throws IOException {
    Path config = folder.resolve("tiny.yaml");
    Path other =
        Files.writeString(
            file("other.yaml"), "extends: tiny.yaml\nseed: 3\nschedule: {type: warmup-cosine}\n");
    assertEquals(
        new Answer(
            0,
            """
            seed: 0 -> 3
            schedule.type: constant -> warmup-cosine
            schedule.warmup-steps: 0 -> 50
            schedule.min-ratio: (absent) -> 0.0
            """,
            ""),
        run("config", "diff", config, other));
    Answer json = run("config", "diff", config, other, "--json");
    assertEquals(
        "[\"0\",\"3\"]",
        JsonParser.parseString(json.out()).getAsJsonObject().get("seed").toString());
    assertEquals(new Answer(0, "", ""), run("config", "diff", config, config));
  }
}
