package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.training.checkpoint.CheckpointStore;
import org.clap4j.training.tracking.JournalSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training process that is killed with SIGKILL at random moments, gone on with, and killed again.
 * How often says {@code -Dclap4j.test.kills=50}.
 */
@EnabledOnOs(OS.LINUX)
class KilledTrainingTest {

  private static final int KILLS = Integer.getInteger("clap4j.test.kills", 2);

  /** From the first step on. */
  private static final int LONGEST_LIFE_MILLIS = 2000;

  @TempDir Path folder;

  @Test
  void runThatIsKilledAgainAndAgainArrivesOnceAndWhole() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> new FaultyServer.Fault.None())) {
      Map<String, String> variables =
          Map.of("HOME", folder.toString(), "MLFLOW_TRACKING_URI", server.uri().toString());
      Random moments = new Random(7);
      Path run =
          killed(
              variables,
              moments.nextInt(LONGEST_LIFE_MILLIS),
              "train",
              TestProgram.config(folder),
              "training.epochs=1000000",
              "training.evaluate-every=200",
              "training.checkpoint-every=10",
              "tracking={type: mlflow, system-metrics-seconds: 0.5}");
      for (int kill = 2; kill <= KILLS; kill++) {
        if (kill % 2 == 0) { // in between, what is left unsent is sent by the run that goes on
          assertArrives(variables, run, RunTracker.Status.KILLED);
        }
        killed(variables, moments.nextInt(LONGEST_LIFE_MILLIS), "resume", run);
      }
      assertArrives(variables, run, RunTracker.Status.KILLED);
      long last = CheckpointStore.last(run).map(made -> made.state().progress().step()).orElse(0L);
      Answer finished =
          TestProgram.run(
              variables, "resume", run, "training.epochs=0", "training.steps=" + (last + 3));
      assertEquals(0, finished.status(), finished.err());
      assertArrives(variables, run, RunTracker.Status.FINISHED);

      assertEquals(1, server.mlflow().activeRuns());
      String id =
          JsonParser.parseString(Files.readString(run.resolve("mlflow.json")))
              .getAsJsonObject()
              .get("runId")
              .getAsString();
      assertEquals("FINISHED", server.mlflow().status(id));
      assertEquals(last + 3, CheckpointStore.last(run).orElseThrow().state().progress().step());
    }
  }

  private static void assertArrives(
      Map<String, String> variables, Path run, RunTracker.Status status) throws IOException {
    Answer answer = TestProgram.run(variables, "sync", "--verify", run);
    assertEquals(0, answer.status(), answer.out());
    assertTrue(answer.out().startsWith("complete    " + run), answer.out());
    assertEquals(status, JournalSummary.read(run).ended().orElseThrow().status());
  }

  /** Runs a command that trains, and kills it some time after its first step; returns its run. */
  private static Path killed(Map<String, String> variables, int lifeMillis, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Clap4j.class.getName()));
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      String first = said.readLine();
      String line = first;
      while (line != null && !line.startsWith("training f")) {
        line = said.readLine();
      }
      assertTrue(line != null, () -> "did not train: " + first);
      assertTrue(!process.waitFor(lifeMillis, TimeUnit.MILLISECONDS), "ended by itself");
      process.toHandle().destroyForcibly();
      int unused = process.waitFor();
      return Path.of(first);
    } finally {
      process.destroyForcibly();
    }
  }
}
