package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.testkit.mlflow.MlflowServer;
import org.clap4j.training.checkpoint.CheckpointStore;
import org.clap4j.training.tracking.JournalSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;

/**
 * A training process that is killed with SIGKILL at random moments, sent and compared, gone on
 * with, and killed again. How often says {@code -Dclap4j.test.kills=50}.
 */
@EnabledOnOs(OS.LINUX)
class KilledTrainingTest {

  private static final int KILLS = Integer.getInteger("clap4j.test.kills", 1);

  /** From what a process says first, or says when it begins to train. */
  private static final int LONGEST_LIFE_MILLIS = 4000;

  /** More than the lives can have, and few enough for pictures and tables of evaluations. */
  private static final int STEPS = 500 * (KILLS + 1);

  private static final int STEPS_TO_THE_END = 3;

  private static final String EARLIEST = "";
  private static final String TRAINING = "training f";

  private final Random moments = new Random(7);

  @TempDir Path folder;

  @Test
  void runThatIsKilledAgainAndAgainIsOnceAndWholeAtAServerInMemory()
      throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> new FaultyServer.Fault.None())) {
      killAgainAndAgain(server.uri());
      assertEquals(1, server.mlflow().activeRuns());
    }
  }

  @Test
  void runThatIsKilledAgainAndAgainIsOnceAndWholeAtARealServer()
      throws IOException, InterruptedException {
    MlflowServer server = MlflowServer.startOrSkip(folder.resolve("server"));
    try {
      killAgainAndAgain(server.uri());
    } finally {
      server.kill();
    }
  }

  /**
   * Each kill is sent and compared; before every other one is another, which the run itself sends.
   */
  private void killAgainAndAgain(URI server) throws IOException, InterruptedException {
    Map<String, String> variables =
        Map.of("HOME", folder.toString(), "MLFLOW_TRACKING_URI", server.toString());
    Path run =
        killed(
            variables,
            TRAINING,
            "train",
            TestProgram.config(folder),
            "training.epochs=0",
            "training.steps=" + STEPS,
            "training.log-every=1",
            "training.evaluate-every=6", // soon, so that short lives come to it
            "training.checkpoint-every=3",
            "tracking={type: mlflow, checkpoints: both, system-metrics-seconds: 0.5}");
    for (int kill = 1; kill <= KILLS; kill++) {
      if (kill % 2 == 0) {
        killed(variables, moments.nextBoolean() ? TRAINING : EARLIEST, "resume", run);
      }
      killed(variables, moments.nextBoolean() ? TRAINING : EARLIEST, "resume", run);
      assertArrives(variables, run, RunTracker.Status.KILLED);
      int steps = assertIsOnce(server, run, Service.RunStatus.KILLED);
      System.out.printf("kill %d: %d steps, all at the server%n", kill, steps);
    }
    long end = lastCheckpoint(run) + STEPS_TO_THE_END;
    Object[] toTheEnd = {"resume", run, "training.epochs=0", "training.steps=" + end};
    killed(variables, TRAINING, toTheEnd); // the end of a run takes longer than its steps
    Answer finished = TestProgram.run(variables, toTheEnd);
    assertEquals(0, finished.status(), finished.err());
    assertArrives(variables, run, RunTracker.Status.FINISHED);
    assertTrue(assertIsOnce(server, run, Service.RunStatus.FINISHED) >= end);
    assertEquals(end, lastCheckpoint(run));
  }

  private static long lastCheckpoint(Path run) throws IOException {
    return CheckpointStore.last(run).map(made -> made.state().progress().step()).orElse(0L);
  }

  private static void assertArrives(
      Map<String, String> variables, Path run, RunTracker.Status status) throws IOException {
    Answer answer = TestProgram.run(variables, "sync", "--verify", run);
    assertEquals(0, answer.status(), answer.out());
    assertTrue(answer.out().startsWith("complete    " + run), answer.out());
    assertEquals(status, JournalSummary.read(run).ended().orElseThrow().status());
  }

  /** Asks the server by MLflow's own client; returns how many steps it has. */
  private static int assertIsOnce(URI server, Path run, Service.RunStatus status)
      throws IOException {
    try (MlflowClient client = new MlflowClient(server.toString())) {
      String experiment = client.getExperimentByName("clap4j").orElseThrow().getExperimentId();
      String own = JournalSummary.read(run).started().orElseThrow().runId();
      List<Service.Run> runs =
          client
              .searchRuns(
                  List.of(experiment),
                  "tags.`clap4j.run_id` = '" + own + "'",
                  Service.ViewType.ACTIVE_ONLY,
                  10)
              .getItems();
      assertEquals(1, runs.size());
      assertEquals(status, runs.get(0).getInfo().getStatus());
      List<Long> steps =
          client.getMetricHistory(runs.get(0).getInfo().getRunId(), "train/loss").stream()
              .map(Service.Metric::getStep)
              .sorted()
              .toList();
      assertEquals(LongStream.rangeClosed(1, steps.size()).boxed().toList(), steps);
      long saved = lastCheckpoint(run); // before which the journal is written to the disk
      assertTrue(steps.size() >= saved, () -> steps.size() + " of " + saved + " steps");
      return steps.size();
    }
  }

  /**
   * Runs a command that trains, and kills it some time after it has said something.
   *
   * @param line how that begins
   * @return the run's directory
   */
  private Path killed(Map<String, String> variables, String line, Object... arguments)
      throws IOException, InterruptedException {
    Process process = TestProgram.process(variables, arguments).redirectErrorStream(true).start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      String first = said.readLine();
      String last = first;
      while (last != null && !last.startsWith(line)) {
        last = said.readLine();
      }
      assertTrue(last != null, () -> "said " + first + " and ended");
      process.waitFor(moments.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
      process.toHandle().destroyForcibly();
      int unused = process.waitFor();
      return Path.of(first);
    } finally {
      process.destroyForcibly();
    }
  }
}
