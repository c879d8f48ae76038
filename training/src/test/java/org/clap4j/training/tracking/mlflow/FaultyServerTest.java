package org.clap4j.training.tracking.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.testkit.mlflow.FaultyServer.Fault;
import org.clap4j.testkit.mlflow.MlflowServer;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mlflow.api.proto.Service;

/** What arrives at servers that misbehave: every point once, everything else whole, one run. */
@Execution(ExecutionMode.CONCURRENT) // they wait, for servers that are slow or silent
final class FaultyServerTest {

  private static final Duration DEADLINE = Duration.ofMillis(500);

  /** Doubled with each failure in a row, as everywhere. */
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(20);

  /** More than the back-off between the failures of one call adds up to. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(20);

  private static final int STEPS = 700;
  private static final Fault NONE = new Fault.None();

  /** Nothing but the thread that forces the journal to disk may be waited for. */
  private static final Duration UNDISTURBED = Duration.ofMillis(300);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** The calls that change something. */
  private static final Set<String> WRITES =
      Set.of(
          "POST runs/create",
          "POST runs/log-batch",
          "POST runs/log-inputs",
          "PUT artifact",
          "POST logged-models",
          "PATCH logged-models/ID",
          "POST runs/outputs",
          "POST registered-models/create",
          "POST model-versions/create",
          "POST runs/update");

  private static final MlflowConfig CONFIG = MlflowConfig.defaults().withRegisteredModel("ours");

  private static final String REPORT = "<h1>ü</h1>".repeat(10_000);

  @TempDir Path directory;

  private RunTracker open(MlflowSettings settings) throws IOException {
    return open(settings, DEADLINE);
  }

  private RunTracker open(MlflowSettings settings, Duration deadline) throws IOException {
    return open(settings, deadline, SILENCE_LIMIT);
  }

  private RunTracker open(MlflowSettings settings, Duration deadline, Duration silenceLimit)
      throws IOException {
    return new MlflowTracker(
        JournalTracker.open(TrackedRun.fresh("faulty", directory), Clock.systemUTC()),
        new MlflowUploader(
            directory,
            settings,
            CONFIG,
            new MlflowUploader.Patience(deadline, FIRST_BACK_OFF, silenceLimit)));
  }

  private void train(MlflowSettings settings) throws IOException {
    train(settings, SILENCE_LIMIT);
  }

  private void train(MlflowSettings settings, Duration silenceLimit) throws IOException {
    try (RunTracker tracker = open(settings, DEADLINE, silenceLimit)) {
      record(tracker);
    }
  }

  /** Records a whole run, for which no server must be waited. */
  private void record(RunTracker tracker) throws IOException {
    Path best = Files.createDirectories(directory.resolve("checkpoints/step-700"));
    Files.writeString(best.resolve("state.json"), "{}");
    Path report = Files.writeString(directory.resolve("report.html"), REPORT);
    Path model = Files.createDirectories(directory.resolve("models/step-700/words"));
    Files.writeString(model.resolve("words.txt"), "dog");
    Files.writeString(model.resolveSibling("README.md"), "# A model");
    Map<String, String> params = new LinkedHashMap<>();
    for (int i = 0; i < 150; i++) {
      params.put("section.key-" + i, "value " + i);
    }
    Duration before = waited();
    tracker.params(params);
    tracker.tags(Map.of("mlflow.user", "someone"));
    tracker.dataset(dataset("sounds", "aa", "training"));
    tracker.dataset(dataset("sounds", "bb", "test"));
    tracker.dataset(dataset("sounds", "aa", "test"));
    for (int step = 1; step <= STEPS; step++) {
      tracker.metrics(Map.of("train/loss", 1.0 / step, "train/lr", 1e-3), step);
    }
    tracker.artifact(best, "checkpoints/best");
    tracker.artifact(report, "report.html");
    tracker.metrics(Map.of("test/loss", 0.25), STEPS);
    tracker.model(
        new TrackedModel(
            "faulty.1",
            STEPS,
            directory.resolve("models/step-700"),
            Map.of("audio-encoder.type", "cnn14"),
            List.of("test/loss", "test/never_measured"),
            dataset("sounds", "bb", "test")));
    tracker.end(RunTracker.Status.FINISHED, "done");
    Duration waited = waited().minus(before);
    assertTrue(waited.compareTo(UNDISTURBED) < 0, () -> "recording waited for " + waited);
  }

  /** How long this thread has waited for others so far, however busy the machine is. */
  private static Duration waited() {
    THREADS.setThreadContentionMonitoringEnabled(true);
    ThreadInfo thread = THREADS.getThreadInfo(Thread.currentThread().getId());
    return Duration.ofMillis(thread.getWaitedTime() + thread.getBlockedTime());
  }

  private static TrackedDataset dataset(String name, String digest, String use) {
    return new TrackedDataset(name, digest, use, "folder", "{\"root\":\"sounds\"}", 10, 20);
  }

  private Verification verify(URI uri) throws IOException, InterruptedException {
    return new MlflowSync(MlflowSettings.of(uri)).verify(directory, CONFIG);
  }

  private void assertArrivesDespite(FaultyServer.Faults faults)
      throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(faults)) {
      train(MlflowSettings.of(server.uri()));
      assertIsWhole(server);
    }
  }

  private void assertIsWhole(FaultyServer server) throws IOException, InterruptedException {
    server.recover();
    Verification verification = verify(server.uri());
    assertEquals(List.of(), verification.differences());
    assertEquals(
        List.of(
            new Verification.Part("metric points", 2 * STEPS + 1, 2 * STEPS + 1, 0),
            new Verification.Part("params", 150, 150, 0),
            new Verification.Part("tags", 2, 2, 0),
            new Verification.Part("datasets", 2, 2, 0),
            new Verification.Part("artifact files", 2, 2, 0),
            new Verification.Part("models", 1, 1, 0)),
        verification.parts());
    assertEquals(1, server.mlflow().activeRuns());
    assertEquals(1, server.mlflow().models());
    assertEquals(1, server.mlflow().modelVersions());
    assertEquals(Map.of("test/loss", 0.25), server.mlflow().modelMetrics());
    assertEquals(
        REPORT, new String(server.mlflow().artifact("report.html"), StandardCharsets.UTF_8));
    assertFalse(Files.exists(directory.resolve(RejectedEntries.FILE_NAME)));
  }

  @Test
  void serverThatIsWell() throws IOException, InterruptedException {
    assertArrivesDespite((call, count) -> NONE);
  }

  /** Each call that changes something goes wrong once, and works when it is made again. */
  private static FaultyServer.Faults atFirst(Fault fault) {
    return (call, count) -> count == 0 && WRITES.contains(call) ? fault : NONE;
  }

  @Test
  void serverThatIsDownWhenTrainingBegins() throws IOException, InterruptedException {
    int port = MlflowServer.freePort();
    MlflowSettings settings = MlflowSettings.of(URI.create("http://127.0.0.1:" + port));
    FaultyServer server;
    try (RunTracker tracker = open(settings)) {
      record(tracker);
      server = new FaultyServer(port, (call, count) -> NONE);
    }
    try (server) {
      assertIsWhole(server);
    }
  }

  @Test
  void serverThatIsDownUntilTheRunHasEnded() throws IOException, InterruptedException {
    int port = MlflowServer.freePort();
    MlflowSettings settings = MlflowSettings.of(URI.create("http://127.0.0.1:" + port));
    train(settings, Duration.ofMillis(100));
    try (FaultyServer server = new FaultyServer(port, (call, count) -> NONE)) {
      assertTrue(new MlflowSync(settings).send(directory, CONFIG));
      assertIsWhole(server);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void serverThatIsOverloadedIsLeftAloneAsLongAsItAsks(boolean asDate)
      throws IOException, InterruptedException {
    Fault overloaded = new Fault.Overloaded(Duration.ofSeconds(2), asDate);
    try (FaultyServer server = new FaultyServer(atFirst(overloaded))) {
      train(MlflowSettings.of(server.uri()));
      assertEquals(0, server.impatientRequests());
      assertIsWhole(server);
    }
  }

  @Test
  void serverThatIsOverloadedForEveryCallIsLeftAloneFromTheFirstOn()
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (FaultyServer server =
        new FaultyServer(
            (call, count) ->
                System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1)
                    ? new Fault.Overloaded(Duration.ofSeconds(2), false)
                    : NONE)) {
      train(MlflowSettings.of(server.uri()));
      assertEquals(0, server.impatientRequests());
      assertIsWhole(server);
    }
  }

  @Test
  void serverThatBreaksAtFirst() throws IOException, InterruptedException {
    assertArrivesDespite(atFirst(new Fault.Refused(500)));
  }

  @Test
  void serverThatDoesItsWorkAndThenBreaks() throws IOException, InterruptedException {
    assertArrivesDespite(atFirst(new Fault.CarriedOutThenRefused(500)));
  }

  @Test
  void serverThatFallsSilentAtTimes() throws IOException, InterruptedException {
    assertArrivesDespite(atFirst(new Fault.Silent()));
  }

  @Test
  void serverThatFallsSilentInTheMiddleOfAnAnswer() throws IOException, InterruptedException {
    assertArrivesDespite(atFirst(new Fault.HalfAnswered()));
  }

  @Test
  void serverThatResetsConnectionsInTheMiddleOfAnAnswer() throws IOException, InterruptedException {
    assertArrivesDespite(atFirst(new Fault.Reset()));
  }

  /** The calls that only read, which the Java client makes, go wrong as well. */
  @Test
  void serverThatDoesNotAnswerItsFirstSearches() throws IOException, InterruptedException {
    assertArrivesDespite(
        (call, count) ->
            call.equals("POST runs/search") && count < 2 ? new Fault.HalfAnswered() : NONE);
  }

  @Test
  void serverThatHangsForGoodCostsTrainingNothing() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> new Fault.Silent())) {
      MlflowSettings settings = MlflowSettings.of(server.uri());
      train(settings, DEADLINE);
      assertEquals(0, server.mlflow().activeRuns());
      server.recover();
      assertTrue(new MlflowSync(settings).send(directory, CONFIG));
      assertIsWhole(server);
    }
  }

  @Test
  void serverThatTakesTwoSecondsForEveryCall() throws IOException, InterruptedException {
    try (FaultyServer server =
        new FaultyServer((call, count) -> new Fault.Slow(Duration.ofSeconds(2)))) {
      try (RunTracker tracker = open(MlflowSettings.of(server.uri()), Duration.ofSeconds(10))) {
        record(tracker);
      }
      assertIsWhole(server);
    }
  }

  /** A request that creates the run, carried out when its sender has long created another. */
  @Test
  void runThatIsCreatedTwiceByALateRequestIsOne() throws IOException, InterruptedException {
    Duration late = DEADLINE.multipliedBy(3);
    assertArrivesDespite(
        (call, count) ->
            call.equals("POST runs/create") && count == 0
                ? new Fault.Slow(late)
                : call.equals("POST runs/log-batch")
                    ? new Fault.Slow(DEADLINE.dividedBy(2))
                    : NONE);
  }

  /** The same with a request that creates the model, and one that registers it. */
  @ParameterizedTest
  @ValueSource(strings = {"POST logged-models", "POST model-versions/create"})
  void modelThatIsCreatedTwiceByALateRequestIsOne(String creation)
      throws IOException, InterruptedException {
    Duration late = DEADLINE.multipliedBy(3);
    assertArrivesDespite(
        (call, count) ->
            call.equals(creation) && count == 0
                ? new Fault.Slow(late)
                : call.equals("POST runs/update") && count < 2 ? new Fault.Slow(late) : NONE);
  }

  /** Servers of MLflow 2 know no logged models. */
  @Test
  void runArrivesWithoutItsModelAtAServerThatKnowsNone() throws IOException, InterruptedException {
    try (FaultyServer server =
        new FaultyServer(
            (call, count) -> call.contains("logged-models") ? new Fault.Refused(404) : NONE)) {
      train(MlflowSettings.of(server.uri()));
      Verification verification = verify(server.uri());
      assertEquals(List.of(), verification.differences());
      assertEquals(
          new Verification.Part("models", 1, 0, 1),
          verification.parts().get(verification.parts().size() - 1));
    }
  }

  @Test
  void whatIsRefusedForGoodIsSetAsideAndTheRestArrives() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> NONE)) {
      try (RunTracker tracker =
          new MlflowTrackerFactory(MlflowSettings.of(server.uri()), Clock.systemUTC())
              .open(MlflowConfig.defaults(), TrackedRun.fresh("refused", directory))) {
        tracker.params(Map.of("a", "1", "refused", "2", "c", "3"));
        tracker.metrics(Map.of("refused/loss", 0.25), 1);
        for (int step = 1; step <= STEPS; step++) {
          tracker.metrics(Map.of("train/loss", 0.5), step);
        }
        tracker.dataset(dataset("refused", "aa", "training"));
        tracker.artifact(directory.resolve("never-written.png"), "image.png");
        Path gone = directory.resolve("models/step-1");
        tracker.model(new TrackedModel("refused", 1, gone, Map.of(), List.of(), null));
        tracker.end(RunTracker.Status.FINISHED, "done");
      }
      List<String> rejected = Files.readAllLines(directory.resolve(RejectedEntries.FILE_NAME));
      assertEquals(5, rejected.size());
      assertEquals(
          """
          {"kind":"param","key":"refused","value":"2","reason":"logging 1 values: HTTP 400 \
          {\\"error_code\\":\\"INVALID_PARAMETER_VALUE\\",\\"message\\":\\"INVALID_PARAMETER_VALUE\\"}"}\
          """,
          rejected.stream().filter(line -> line.contains("param")).findFirst().orElseThrow());
      assertEquals(
          1, rejected.stream().filter(line -> line.contains("\"key\":\"refused/loss\"")).count());
      assertEquals(
          "{\"kind\":\"artifact\",\"key\":\"image.png\",\"reason\":\""
              + directory.resolve("never-written.png")
              + " is gone\"}",
          rejected.get(3));
      assertEquals(
          "{\"kind\":\"model\",\"key\":\"refused of step 1\",\"reason\":\""
              + directory.resolve("models/step-1")
              + " is gone\"}",
          rejected.get(4));
      assertEquals(
          """
          {"kind":"dataset","key":"refused (aa)","value":"training","reason":"logging dataset \
          refused (aa): HTTP 400 {\\"error_code\\":\\"INVALID_PARAMETER_VALUE\\",\
          \\"message\\":\\"INVALID_PARAMETER_VALUE\\"}"}\
          """,
          rejected.get(2));

      // Sent again from the start, nothing is set aside twice.
      Files.delete(directory.resolve(UploadState.FILE_NAME));
      MlflowSync sync = new MlflowSync(MlflowSettings.of(server.uri()));
      assertTrue(sync.send(directory, MlflowConfig.defaults()));
      assertEquals(rejected, Files.readAllLines(directory.resolve(RejectedEntries.FILE_NAME)));
      Verification verification = verify(server.uri());
      assertEquals(List.of(), verification.differences());
      assertEquals(
          List.of(
              new Verification.Part("metric points", STEPS + 1, STEPS, 1),
              new Verification.Part("params", 3, 2, 1),
              new Verification.Part("tags", 1, 1, 0),
              new Verification.Part("datasets", 1, 0, 1),
              new Verification.Part("artifact files", 1, 0, 1),
              new Verification.Part("models", 1, 0, 1)),
          verification.parts());
    }
  }

  @Test
  void metricThatIsRefusedIsRecognisedWithFewRequests() throws IOException, InterruptedException {
    int[] requests = new int[1];
    try (FaultyServer server =
        new FaultyServer(
            (call, count) -> {
              requests[0] += call.equals("POST runs/log-batch") ? 1 : 0;
              return NONE;
            })) {
      MlflowSettings settings = MlflowSettings.of(server.uri());
      try (JournalTracker journal =
          JournalTracker.open(TrackedRun.fresh("refused", directory), Clock.systemUTC())) {
        for (int step = 1; step <= 10 * STEPS; step++) {
          journal.metrics(
              Map.of("refused/loss", 0.5, "train/a", 0.5, "train/b", 0.5, "train/c", 0.5), step);
        }
        journal.end(RunTracker.Status.FINISHED, "done");
      }
      assertTrue(new MlflowSync(settings).send(directory, MlflowConfig.defaults()));
      // Of 1,000 points each: whole, two halves, the two parts of one, and two ends.
      assertTrue(requests[0] <= 30 * 7, () -> requests[0] + " requests");
      Verification verification = verify(server.uri());
      assertEquals(List.of(), verification.differences());
      assertEquals(
          new Verification.Part("metric points", 40 * STEPS, 30 * STEPS, 10 * STEPS),
          verification.parts().get(0));
    }
  }

  @Test
  void paramsThatResumesChangeAreNamedByOneTag() {
    JournalCollector collector = new JournalCollector();
    assertEquals("", drift(collector, Map.of("lr", "1e-3", "epochs", "6")));
    assertEquals("lr: 1e-3 -> 2e-3", drift(collector, Map.of("lr", "2e-3", "epochs", "6")));
    assertEquals("", drift(collector, Map.of("lr", "2e-3")));
    assertEquals(
        "epochs: 6 -> 9\nlr: 1e-3 -> 2e-3", drift(collector, Map.of("lr", "2e-3", "epochs", "9")));
    assertEquals("none", drift(collector, Map.of("lr", "1e-3", "epochs", "6")));
  }

  /** The tag that some params lead to; empty if to none. */
  private static String drift(JournalCollector collector, Map<String, String> params) {
    LogBatch batch = new LogBatch();
    assertTrue(collector.collect(new JournalEntry.Params(1, params), batch));
    return batch.tags().stream()
        .filter(tag -> tag.getKey().equals(JournalCollector.DRIFT_TAG))
        .map(Service.RunTag::getValue)
        .findFirst()
        .orElse("");
  }

  @Test
  void runThatIsDeletedInTheMiddleIsSentAnewAndNothingSetAside()
      throws IOException, InterruptedException, ServerException {
    try (FaultyServer server = new FaultyServer((call, count) -> NONE)) {
      MlflowSettings settings = MlflowSettings.of(server.uri());
      try (JournalTracker journal =
          JournalTracker.open(TrackedRun.fresh("deleted", directory), Clock.systemUTC())) {
        journal.metrics(Map.of("train/loss", 1.0), 1);
      }
      JournalUpload upload =
          new JournalUpload(directory, settings, MlflowConfig.defaults(), DEADLINE);
      assertTrue(upload.advance());
      String first = UploadState.load(directory, settings.publicUri()).orElseThrow().runId();
      server.mlflow().deleteRun(first);
      try (JournalTracker journal =
          JournalTracker.open(TrackedRun.resumed("deleted", directory, 1), Clock.systemUTC())) {
        journal.metrics(Map.of("train/loss", 0.5), 2);
        journal.end(RunTracker.Status.FINISHED, "done");
      }
      ServerException missing = assertThrows(ServerException.class, upload::advance);
      assertEquals(ServerException.Kind.RUN_MISSING, missing.kind());
      assertTrue(upload.advance());
      assertEquals(List.of(), verify(server.uri()).differences());
      assertEquals(1, server.mlflow().activeRuns());
      assertFalse(Files.exists(directory.resolve(RejectedEntries.FILE_NAME)));
    }
  }

  @Test
  void whatTheServerLacksIsNamed() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> NONE)) {
      train(MlflowSettings.of(server.uri()));
      // The server has what the journal now says differently.
      Path journal = directory.resolve(JournalTracker.FILE_NAME);
      Path copy = Files.createDirectory(directory.resolve("copy"));
      try (JournalTracker other =
          JournalTracker.open(TrackedRun.fresh("copy", copy), Clock.systemUTC())) {
        other.params(Map.of("section.key-1", "another", "new", "1"));
        other.metrics(Map.of("train/loss", 7.0), 1);
        other.tags(Map.of("mlflow.user", "nobody"));
        other.dataset(dataset("sounds", "aa", "test"));
        other.dataset(dataset("noise", "cc", "training"));
        other.artifact(directory.resolve("report.html"), "other.html");
        other.model(new TrackedModel("other", 7, directory, Map.of(), List.of(), null));
      }
      Files.copy(
          copy.resolve(JournalTracker.FILE_NAME), journal, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(
          List.of(
              "metric train/loss: 1 points missing, the first at step 1: 7.0",
              "metric train/loss: 700 points more than once or not in the journal, the first at"
                  + " step 1: 1.0",
              "param section.key-1: is 'value 1', the journal has 'another'",
              "param new: missing",
              "tag mlflow.user: is 'someone', the journal has 'nobody'",
              "dataset sounds (aa): is 'training', the journal has 'test'",
              "dataset noise (cc): missing",
              "artifact other.html: missing",
              "model other of step 7: missing",
              "status: is FINISHED, the journal has RUNNING"),
          verify(server.uri()).differences().stream().sorted(this::byKind).toList());
    }
  }

  /** Params come in no order. */
  private int byKind(String a, String b) {
    return a.startsWith("param") && b.startsWith("param") ? b.compareTo(a) : 0;
  }

  @Test
  void runWhoseProcessDiedIsClosedByTheNextSync() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> NONE)) {
      try (JournalTracker died =
          JournalTracker.open(TrackedRun.fresh("died", directory), Clock.systemUTC())) {
        died.metrics(Map.of("train/loss", 0.5), 1);
        assertFalse(JournalTracker.endAbandoned(directory), "it is at work");
      }
      MlflowSync sync = new MlflowSync(MlflowSettings.of(server.uri()));
      assertTrue(sync.send(directory, MlflowConfig.defaults()));
      List<JournalEntry> entries =
          new JournalReader(directory.resolve(JournalTracker.FILE_NAME)).readAll();
      assertEquals(
          new JournalEntry.Ended(
              entries.get(1).timeMillis(), RunTracker.Status.KILLED, "its process died"),
          entries.get(entries.size() - 1));
      assertTrue(verify(server.uri()).isSame());
      assertTrue(sync.send(directory, MlflowConfig.defaults()));
      assertEquals(
          3, new JournalReader(directory.resolve(JournalTracker.FILE_NAME)).readAll().size());
    }
  }
}
