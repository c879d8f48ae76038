package org.clap4j.training.tracking.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalTracker;
import org.clap4j.training.tracking.mlflow.FaultyServer.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at servers that misbehave: every point once, everything else whole, one run. */
final class FaultyServerTest {

  private static final Duration DEADLINE = Duration.ofMillis(500);

  /** More than the back-off between the failures of one call adds up to. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(20);

  private static final int STEPS = 700;
  private static final Fault NONE = new Fault.None();

  /** The Java client sends a request that failed three times in all. */
  private static final int CLIENT_TRIES = 3;

  /** How often a call fails until whoever made it knows. */
  private static final Map<String, Integer> FAILURES =
      Map.of(
          "POST runs/create",
          1,
          "POST runs/log-batch",
          CLIENT_TRIES,
          "PUT artifact",
          1,
          "POST runs/update",
          CLIENT_TRIES);

  /** Uploads have half a minute in any case, which a test has not. */
  private static final Set<String> WITH_DEADLINE =
      Set.of("POST runs/create", "POST runs/log-batch", "POST runs/update");

  @TempDir Path directory;

  private void train(MlflowSettings settings) throws IOException {
    Path best = Files.createDirectories(directory.resolve("checkpoints/step-700"));
    Files.writeString(best.resolve("state.json"), "{}");
    Path report = Files.writeString(directory.resolve("report.html"), "<h1>ü</h1>");
    try (RunTracker tracker =
        new MlflowTracker(
            JournalTracker.open(TrackedRun.fresh("faulty", directory), Clock.systemUTC()),
            new MlflowUploader(
                directory, settings, MlflowConfig.defaults(), DEADLINE, SILENCE_LIMIT))) {
      Map<String, String> params = new LinkedHashMap<>();
      for (int i = 0; i < 150; i++) {
        params.put("section.key-" + i, "value " + i);
      }
      tracker.params(params);
      tracker.tags(Map.of("mlflow.user", "someone"));
      for (int step = 1; step <= STEPS; step++) {
        tracker.metrics(Map.of("train/loss", 1.0 / step, "train/lr", 1e-3), step);
      }
      tracker.artifact(best, "checkpoints/best");
      tracker.artifact(report, "report.html");
      tracker.end(RunTracker.Status.FINISHED, "done");
    }
  }

  private Verification verify(URI uri) throws IOException, InterruptedException {
    return new MlflowSync(MlflowSettings.of(uri)).verify(directory, MlflowConfig.defaults());
  }

  private void assertArrivesDespite(FaultyServer.Faults faults)
      throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(faults)) {
      train(MlflowSettings.of(server.uri()));
      Verification verification = verify(server.uri());
      assertEquals(List.of(), verification.differences());
      assertEquals(
          List.of(
              new Verification.Part("metric points", 2 * STEPS, 2 * STEPS, 0),
              new Verification.Part("params", 150, 150, 0),
              new Verification.Part("tags", 1, 1, 0),
              new Verification.Part("artifact files", 2, 2, 0)),
          verification.parts());
      assertEquals(1, server.activeRuns());
    }
  }

  @Test
  void serverThatIsWell() throws IOException, InterruptedException {
    assertArrivesDespite((call, count) -> NONE);
  }

  /** Each call that changes something goes wrong, and works when it is made again. */
  private static FaultyServer.Faults atFirst(Fault fault) {
    return (call, count) -> count < FAILURES.getOrDefault(call, 0) ? fault : NONE;
  }

  @Test
  void serverThatIsOverloadedAtFirst() throws IOException, InterruptedException {
    // The Java client waits by itself after such an answer, for longer than the deadline here.
    assertArrivesDespite(
        (call, count) -> count == 0 && FAILURES.containsKey(call) ? new Fault.Refused(429) : NONE);
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
    Set<String> silenced = ConcurrentHashMap.newKeySet();
    assertArrivesDespite(
        (call, count) ->
            WITH_DEADLINE.contains(call) && silenced.add(call) ? new Fault.Silent() : NONE);
  }

  @Test
  void serverThatIsSlow() throws IOException, InterruptedException {
    assertArrivesDespite(
        (call, count) -> new Fault.Slow(Duration.ofMillis(Long.getLong("clap4j.test.slow", 100))));
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

  @Test
  void whatIsRefusedForGoodIsSetAsideAndTheRestArrives() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> NONE)) {
      try (RunTracker tracker =
          new MlflowTrackerFactory(MlflowSettings.of(server.uri()), Clock.systemUTC())
              .open(MlflowConfig.defaults(), TrackedRun.fresh("refused", directory))) {
        tracker.params(Map.of("a", "1", "refused", "2", "c", "3"));
        tracker.metrics(Map.of("train/loss", 0.5), 1);
        tracker.artifact(directory.resolve("never-written.png"), "image.png");
        tracker.end(RunTracker.Status.FINISHED, "done");
      }
      List<String> rejected = Files.readAllLines(directory.resolve(RejectedEntries.FILE_NAME));
      assertEquals(2, rejected.size());
      assertEquals(
          """
          {"kind":"param","key":"refused","value":"2","reason":"logging 1 values: HTTP 400 \
          {\\"error_code\\":\\"INVALID_PARAMETER_VALUE\\",\\"message\\":\\"INVALID_PARAMETER_VALUE\\"}"}""",
          rejected.get(0));
      assertEquals(
          "{\"kind\":\"artifact\",\"key\":\"image.png\",\"reason\":\""
              + directory.resolve("never-written.png")
              + " is gone\"}",
          rejected.get(1));

      // Sent again from the start, nothing is set aside twice.
      Files.delete(directory.resolve(UploadState.FILE_NAME));
      MlflowSync sync = new MlflowSync(MlflowSettings.of(server.uri()));
      assertTrue(sync.send(directory, MlflowConfig.defaults()));
      assertEquals(rejected, Files.readAllLines(directory.resolve(RejectedEntries.FILE_NAME)));
      Verification verification = verify(server.uri());
      assertEquals(List.of(), verification.differences());
      assertEquals(
          List.of(
              new Verification.Part("metric points", 1, 1, 0),
              new Verification.Part("params", 3, 2, 1),
              new Verification.Part("tags", 0, 0, 0),
              new Verification.Part("artifact files", 1, 0, 1)),
          verification.parts());
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
        other.artifact(directory.resolve("report.html"), "other.html");
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
              "artifact other.html: missing",
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

  @Test
  void secretsReachNeitherFilesNorRequests() throws IOException {
    List<String> secrets = List.of("hunter2", "s3cr3t-t0ken");
    try (FaultyServer server =
        new FaultyServer((call, count) -> count == 0 ? new Fault.Refused(400) : NONE)) {
      URI open = server.uri();
      train(
          new MlflowSettings(
              URI.create("http://someone:hunter2@" + open.getAuthority()),
              null,
              null,
              "s3cr3t-t0ken",
              false,
              null));
      for (String secret : secrets) {
        assertFalse(server.received().contains(secret), secret);
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            assertFalse(Files.readString(file).contains(secret), file + " has " + secret);
          }
        }
      }
    }
  }
}
