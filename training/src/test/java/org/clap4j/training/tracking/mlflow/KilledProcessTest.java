package org.clap4j.training.tracking.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.testkit.JavaCommand;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.testkit.mlflow.MlflowServer;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;

/**
 * What is left of a process that is killed with SIGKILL, and arrives with the next sync. How often
 * says {@code -Dclap4j.test.kills=50}.
 */
@Execution(ExecutionMode.CONCURRENT) // they wait, for other processes
final class KilledProcessTest {

  private static final int KILLS = Integer.getInteger("clap4j.test.kills", 3);

  /** From the first step on; the server learns of the run within it. */
  private static final int LONGEST_LIFE_MILLIS = 2500;

  private static final int SAYS_LENGTH = EndlessRecord.SAYS.length();

  @TempDir Path folder;

  @Test
  void everythingOfAKilledProcessArrivesOnceAtAServerInMemory()
      throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer((call, count) -> new FaultyServer.Fault.None())) {
      killAgainAndAgain(server.uri());
    }
  }

  @Test
  void everythingOfAKilledProcessArrivesOnceAtARealServer()
      throws IOException, InterruptedException {
    MlflowServer server = MlflowServer.startOrSkip(folder.resolve("server"));
    try {
      killAgainAndAgain(server.uri());
    } finally {
      server.kill();
    }
  }

  private void killAgainAndAgain(URI server) throws IOException, InterruptedException {
    Random moments = new Random(7);
    for (int kill = 1; kill <= KILLS; kill++) {
      Path directory = Files.createDirectory(folder.resolve("run-" + kill));
      int life = moments.nextInt(LONGEST_LIFE_MILLIS);
      int steps = killed(server, directory, life);
      MlflowSync sync = new MlflowSync(MlflowSettings.of(server));
      assertTrue(sync.send(directory, MlflowConfig.defaults()));
      assertIsWhole(server, directory, steps);
      System.out.printf(
          "kill %d after %d ms: %d steps said and found, all at the server%n", kill, life, steps);
    }
  }

  /** Lets the program record for a while and kills it; returns the last step that it had said. */
  private static int killed(URI server, Path directory, int lifeMillis)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(JavaCommand.of(List.of(), EndlessRecord.class, server, directory))
            .redirectError(directory.resolveSibling(directory.getFileName() + ".log").toFile())
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      String line = said.readLine();
      while (line != null && !line.startsWith(EndlessRecord.SAYS)) {
        line = said.readLine();
      }
      process.waitFor(lifeMillis, TimeUnit.MILLISECONDS);
      process.toHandle().destroyForcibly(); // the process's own would close its last words
      int last = 0;
      for (; line != null; line = said.readLine()) {
        // The line at which the process died may be torn, and then says less than the one before.
        String step = line.startsWith(EndlessRecord.SAYS) ? line.substring(SAYS_LENGTH) : "";
        last = step.matches("[0-9]+") ? Math.max(last, Integer.parseInt(step)) : last;
      }
      int unused = process.waitFor();
      return last;
    } finally {
      process.destroyForcibly();
    }
  }

  private static void assertIsWhole(URI server, Path directory, int steps)
      throws IOException, InterruptedException {
    Verification verification =
        new MlflowSync(MlflowSettings.of(server)).verify(directory, MlflowConfig.defaults());
    assertEquals(List.of(), verification.differences(), directory::toString);
    JournalSummary journal =
        JournalSummary.of(new JournalReader(directory.resolve(JournalTracker.FILE_NAME)).readAll());
    int recorded = journal.curve("train/loss").size();
    assertTrue(recorded >= steps, () -> recorded + " of " + steps + " steps are in the journal");
    Verification.Part points = verification.parts().get(0);
    assertEquals(new Verification.Part("metric points", 2L * recorded, 2L * recorded, 0), points);
    assertEquals(
        new Verification.Part("params", EndlessRecord.PARAMS, EndlessRecord.PARAMS, 0),
        verification.parts().get(1));
    assertEquals(RunTracker.Status.KILLED, journal.ended().orElseThrow().status());
    String ownId = journal.started().map(JournalEntry.Started::runId).orElseThrow();
    try (MlflowClient client = new MlflowClient(server.toString())) {
      String experiment = client.getExperimentByName("clap4j").orElseThrow().getExperimentId();
      String filter = "tags.`" + RemoteRun.RUN_ID_TAG + "` = '" + ownId + "'";
      List<Service.Run> runs =
          client
              .searchRuns(List.of(experiment), filter, Service.ViewType.ACTIVE_ONLY, 10)
              .getItems();
      assertEquals(1, runs.size());
      assertEquals(Service.RunStatus.KILLED, runs.get(0).getInfo().getStatus());
    }
  }
}
