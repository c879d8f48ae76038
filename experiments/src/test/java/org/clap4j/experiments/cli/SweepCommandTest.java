package org.clap4j.experiments.cli;

import static org.clap4j.experiments.cli.TestProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.clap4j.experiments.sweep.SweepDirectory;
import org.clap4j.experiments.sweep.SweepPlan;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepCommandTest {

  private static final Path EXAMPLES = Path.of("configs/sweeps");

  @TempDir Path folder;

  private Path sweep(String text) throws IOException {
    TestProgram.config(folder);
    return Files.writeString(folder.resolve("tries.yaml"), "base: tiny.yaml\n" + text);
  }

  private Path sweepDirectory() throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("runs"))) {
      List<Path> directories = found.toList();
      assertEquals(1, directories.size(), directories::toString);
      return directories.get(0);
    }
  }

  private static JsonArray runsOf(Path sweepDirectory) throws IOException {
    return JsonParser.parseString(Files.readString(sweepDirectory.resolve("sweep.json")))
        .getAsJsonObject()
        .getAsJsonArray("runs");
  }

  private static JournalSummary journal(Path directory) throws IOException {
    return JournalSummary.of(
        new JournalReader(directory.resolve(JournalTracker.FILE_NAME)).readAll());
  }

  private static List<String> valuesOf(JsonArray runs, String key) {
    List<String> values = new ArrayList<>();
    runs.forEach(run -> values.add(run.getAsJsonObject().get(key).getAsString()));
    return values;
  }

  @Test
  void dryRunListsEverySettingAndMakesNothing() throws IOException {
    Path sweep =
        sweep(
            """
            set: {training.epochs: 3}
            list:
              - {optimizer.lr: 1e-3, training.max-grad-norm: 1}
              - {optimizer.lr: 3e-3}
            grid:
              loss: [{type: info-nce, label-smoothing: 0.1}, {type: multi-positive}]
            seeds: [0, 1]
            max-runs: 5
            """);
    Answer answer = run("sweep", sweep, "--dry-run");
    assertEquals("", answer.err());
    assertEquals(0, answer.status());
    assertEquals(
        """
           1  optimizer.lr=1e-3  training.max-grad-norm=1  loss={type: info-nce, label-smoothing: 0.1}  seed=0
           2  optimizer.lr=1e-3  training.max-grad-norm=1  loss={type: info-nce, label-smoothing: 0.1}  seed=1
           3  optimizer.lr=1e-3  training.max-grad-norm=1  loss={type: multi-positive}  seed=0
           4  optimizer.lr=1e-3  training.max-grad-norm=1  loss={type: multi-positive}  seed=1
           5  optimizer.lr=3e-3  loss={type: info-nce, label-smoothing: 0.1}  seed=0
        5 runs
        max-runs takes the first 5 of 8 runs and leaves out 3
        """,
        answer.out());
    JsonObject fifth =
        JsonParser.parseString(run("sweep", sweep, "--dry-run", "--json").out())
            .getAsJsonObject()
            .getAsJsonArray("runs")
            .get(4)
            .getAsJsonObject();
    assertEquals(
        "lr=3e-3 loss=info-nce(label-smoothing=0.1) seed=0", fifth.get("name").getAsString());
    assertTrue(Files.notExists(folder.resolve("runs")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'grids: {}' \
          | :2: grids is not known; known: base, grid, list, max-runs, name, seeds, set. Did you mean 'grid'?
          'grid: {optimizer.lr: 1e-3}' \
          | :2: grid.optimizer.lr: expected a list of values, found '1e-3'; write it in [brackets]
          'grid: {optimizer.lr: []}' \
          | :2: grid.optimizer.lr is an empty list; leave it out
          'seeds: 3' \
          | :2: seeds: expected a list of values, found '3'; write it in [brackets]
          'max-runs: 0' \
          | :2: max-runs: expected an integer above 0, found '0'
          'grid: {name: [a, b]}' \
          | :2: grid.name cannot be set: the sweep names its runs itself
          '{set: {loss.label-smoothing: 0.1}, grid: {loss: [{type: info-nce}]}}' \
          | :2: grid.loss clashes with set.loss.label-smoothing
          'grid: {optimizer.lr: [1e-3, fast]}' \
          | , run 2 (lr=fast): FILE:2: optimizer.lr: expected a number, found 'fast'
          'grid: {optimiser.lr: [1e-3]}' \
          | , run 1 (lr=1e-3): FILE:2: optimiser is not known; known: audio-encoder, augmentation, clip, data, evaluation, head, loading, loss, name, optimizer, pretrained, runs, schedule, seed, text-encoder, tokenizer, tracking, training. Did you mean 'optimizer'?
          'grid: {training.best-metric: [val/loss, test/loss]}' \
          | : run 2 (best-metric=test/loss) differs from run 1 in training.best-metric and training.best-mode, which all runs of a sweep must share
          'set: {tracking: {type: none}}' \
          | : a sweep with tracking: {type: none} would leave nothing to compare; use type: journal or mlflow
          """)
  void mistakeIsNamedBeforeAnythingIsMade(String line, String problem) throws IOException {
    TestProgram.config(folder);
    String text = line.startsWith("{") ? line.substring(1, line.length() - 1) : line;
    Path sweep =
        line.startsWith("{")
            ? Files.writeString(folder.resolve("tries.yaml"), "{base: tiny.yaml,\n" + text + "}\n")
            : sweep(text + "\n");
    assertEquals(
        new Answer(2, "", "clap4j: " + sweep + problem.replace("FILE", sweep.toString()) + "\n"),
        run("sweep", sweep));
    assertTrue(Files.notExists(folder.resolve("runs")));
  }

  @Test
  void directoryThatIsNoSweepIsRefused() {
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: "
                + folder
                + " is no directory of a sweep: it has no sweep.json; give a sweep file or one\n"),
        run("sweep", folder));
  }

  @Test
  void examplesBind() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      List<Path> sweeps = files.toList();
      assertTrue(!sweeps.isEmpty());
      for (Path sweep : sweeps) {
        Answer answer = TestProgram.runWithData(folder, "sweep", sweep, "--dry-run");
        assertEquals(0, answer.status(), answer.err());
      }
    }
  }

  @Test
  void failedRunIsRecordedAndTheOthersAreComparedBestFirst() throws IOException {
    Path sweep = sweep("grid: {optimizer.lr: [1e30, 1e-3]}\nseeds: [0, 1]\nmax-runs: 3\n");
    Answer answer = run("sweep", sweep, "--json");
    assertEquals(1, answer.status(), answer.err());
    Path directory = sweepDirectory();
    assertEquals(List.of("FAILED", "FAILED", "FINISHED"), valuesOf(runsOf(directory), "state"));
    JsonObject document = JsonParser.parseString(answer.out()).getAsJsonObject();
    assertEquals(directory.toString(), document.get("sweep").getAsString());
    assertEquals("val/text_to_audio/R_at_1", document.get("ranked_by").getAsString());
    assertEquals(2, document.getAsJsonArray("failures").size());
    JsonObject best = document.getAsJsonArray("settings").get(0).getAsJsonObject();
    assertEquals("{\"lr\":\"1e-3\"}", best.getAsJsonObject("setting").toString());
    Path good = directory.resolve("003-lr=1e-3_seed=0");
    double measured = journal(good).curve("test/zero_shot/accuracy").lastEntry().getValue().value();
    assertEquals(
        measured,
        best.getAsJsonObject("metrics")
            .getAsJsonObject("test/zero_shot/accuracy")
            .get("mean")
            .getAsDouble());
    assertEquals(3, Files.readAllLines(directory.resolve("summary.csv")).size());
    assertEquals(4, Files.readAllLines(directory.resolve("runs.csv")).size());

    JournalSummary parent = journal(directory);
    assertEquals(
        "2 of 3 runs failed: lr=1e30 seed=0; lr=1e30 seed=1",
        parent.ended().orElseThrow().message());
    JournalSummary child = journal(good);
    assertEquals("lr=1e-3 seed=0", child.started().orElseThrow().name());
    assertEquals(
        parent.started().orElseThrow().runId(), child.tags().get(JournalTracker.PARENT_TAG));
    assertEquals("1e-3", child.params().get("sweep.lr"));

    // Going on has nothing to do; the failed ones are tried again only when that is asked for.
    Answer again = run("sweep", directory);
    assertEquals(1, again.status(), again.err());
    assertEquals("sweep " + directory + "\n", again.err());
    assertTrue(again.out().contains("failed: run 1 (lr=1e30 seed=0): step 2: the loss is NaN"));
  }

  /** The names of the run directories that a sweep makes. */
  private static List<String> directoriesOf(Path sweep) throws IOException {
    ConfigBinder binder =
        Clap4jInjector.create(List.of(), Map.of()).getInstance(ConfigBinder.class);
    SweepDirectory made = SweepDirectory.create(SweepPlan.of(sweep, binder), Clock.systemUTC());
    return valuesOf(runsOf(made.path()), "directory");
  }

  @Test
  void directoriesAreNamedInPlainCharacters() throws IOException {
    Path sweep =
        sweep(
            """
            grid:
              optimizer: [{type: adamw, lr: 1e-2, weight-decay: 0.1}]
              loss: [{type: info-nce, label-smoothing: 0.1}, {type: multi-positive}]
            seeds: [0]
            """);
    assertEquals(
        List.of(
            "001-optimizer=adamw-lr=1e-2-weight-decay=0.1_loss=info-nce-label-smoothing=0.1_seed=0",
            "002-optimizer=adamw-lr=1e-2-weight-decay=0.1_loss=multi-positive_seed=0"),
        directoriesOf(sweep));
  }

  @Test
  void listsAreNamedByTheirItems() throws IOException {
    TestProgram.config(folder);
    Files.writeString(
        folder.resolve("nested.yaml"),
        "{extends: tiny.yaml, loss: {type: matryoshka, dims: [8], of: {type: info-nce}}}\n");
    Path dims =
        Files.writeString(
            folder.resolve("dims.yaml"), "base: nested.yaml\ngrid: {loss.dims: [[8], [2, 8]]}\n");
    assertEquals(List.of("001-dims=8", "002-dims=2-8"), directoriesOf(dims));
    Path losses =
        sweep(
            "grid: {loss: [{type: matryoshka, dims: [2, 8], weights: [0.5, 1], of: {type:"
                + " info-nce}}]}\n");
    assertEquals(
        List.of("001-loss=matryoshka-dims=2-8-weights=0.5-1-of=info-nce"), directoriesOf(losses));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void killedSweepGoesOnWhereItStopped() throws IOException, InterruptedException {
    Path sweep = sweep("set: {training.epochs: 3}\ngrid: {optimizer.lr: [1e-3, 2e-3]}\n");
    TestProgram.signal("KILL", 137, "sweep", sweep);
    Path directory = sweepDirectory();
    assertEquals(List.of("RUNNING", "PLANNED"), valuesOf(runsOf(directory), "state"));

    Answer answer = run("sweep", directory);
    assertEquals(0, answer.status(), answer.err());
    assertEquals(List.of("FINISHED", "FINISHED"), valuesOf(runsOf(directory), "state"));
    for (String run : valuesOf(runsOf(directory), "directory")) {
      JournalSummary journal = journal(directory.resolve(run));
      assertEquals(RunTracker.Status.FINISHED, journal.ended().orElseThrow().status(), run);
      assertEquals(List.of(2L, 4L, 6L), List.copyOf(journal.curve("val/loss").keySet()), run);
    }
    assertEquals(RunTracker.Status.FINISHED, journal(directory).ended().orElseThrow().status());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void interruptedSweepStopsItsRunWithACheckpoint() throws IOException, InterruptedException {
    Path sweep = sweep("set: {training.epochs: 100000}\nseeds: [0, 1]\n");
    List<String> messages = TestProgram.signal("TERM", 143, "sweep", sweep);
    Path directory = sweepDirectory();
    assertEquals(
        "clap4j: stopped; go on with: clap4j sweep " + directory,
        messages.get(messages.size() - 1));
    assertEquals(List.of("INTERRUPTED", "PLANNED"), valuesOf(runsOf(directory), "state"));
    Path first = directory.resolve("001-seed=0");
    assertEquals(RunTracker.Status.KILLED, journal(first).ended().orElseThrow().status());
    assertTrue(Files.isDirectory(first.resolve("last")));
    assertEquals(RunTracker.Status.KILLED, journal(directory).ended().orElseThrow().status());
  }
}
