package org.clap4j.training.tracking.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real full disk does to a run; {@code JournalWriterTest} has one that needs no mount. */
final class FullDiskTest {

  private static final int STEPS = 2000;

  @TempDir Path folder;

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  @Test
  void runOnADiskThatIsFullForAWhileArrivesWhole() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()),
        "needs the right to mount a small file system: run it as root");
    try (FaultyServer server = new FaultyServer((call, count) -> new FaultyServer.Fault.None())) {
      Path directory = Files.createDirectory(disk.resolve("run"));
      MlflowSettings settings = MlflowSettings.of(server.uri());
      Path ballast = disk.resolve("ballast");
      try (RunTracker tracker =
          new MlflowTrackerFactory(settings, Clock.systemUTC())
              .open(MlflowConfig.defaults(), TrackedRun.fresh("full", directory))) {
        tracker.params(Map.of("optimizer.lr", "1e-3"));
        for (int step = 1; step <= STEPS; step++) {
          if (step == STEPS / 4) {
            assertThrows(IOException.class, () -> fill(ballast));
          }
          if (step == STEPS / 2) {
            assertTrue(recorded(directory) < step, "the disk is not full");
            Files.delete(ballast);
          }
          tracker.metrics(Map.of("train/loss", 1.0 / step), step);
        }
        tracker.end(RunTracker.Status.FINISHED, "done");
      }
      MlflowSync sync = new MlflowSync(settings);
      assertTrue(sync.send(directory, MlflowConfig.defaults()));
      Verification verification = sync.verify(directory, MlflowConfig.defaults());
      assertEquals(List.of(), verification.differences());
      assertEquals(
          new Verification.Part("metric points", STEPS, STEPS, 0), verification.parts().get(0));
      assertEquals(1, server.mlflow().activeRuns());
    } finally {
      assertTrue(succeeds("umount", "-l", disk.toString()));
    }
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] bytes = new byte[512];
      while (true) {
        out.write(bytes);
      }
    }
  }

  /** How many lines the disk has. */
  private static int recorded(Path directory) throws IOException {
    return new JournalReader(directory.resolve(JournalTracker.FILE_NAME)).readAll().size();
  }
}
