package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.training.checkpoint.CheckpointStore;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a signal does to a training process: one of its own, since the signal ends it. */
@EnabledOnOs(OS.LINUX)
class InterruptedTrainingTest {

  private static final Pattern STOPPED =
      Pattern.compile("clap4j: stopped after step (\\d+); go on with: clap4j resume (.+)");

  /** Far more than a step and a checkpoint take, on a busy machine too. */
  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void signalledTrainingLeavesACheckpointAndARunThatWasKilled(String signal, int status)
      throws IOException, InterruptedException {
    Path config = TestProgram.config(folder);
    Process training = start(config);
    List<String> messages;
    try (BufferedReader errors = training.errorReader(StandardCharsets.UTF_8)) {
      String line = errors.readLine();
      while (line != null && !line.startsWith("training for")) {
        line = errors.readLine();
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(training.pid())).start().waitFor();
      messages = errors.lines().toList();
      assertTrue(training.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "does not end");
    } finally {
      training.destroyForcibly();
    }
    assertEquals(status, training.exitValue(), messages::toString);
    assertTrue(
        messages.contains("clap4j: stopping after this step, with a checkpoint ..."),
        messages::toString);
    Matcher stopped = STOPPED.matcher(messages.get(messages.size() - 1));
    assertTrue(stopped.matches(), messages::toString);
    long step = Long.parseLong(stopped.group(1));
    Path run = Path.of(stopped.group(2));
    assertEquals(step, CheckpointStore.last(run).orElseThrow().state().progress().step());
    assertTrue(
        Files.readString(run.resolve("journal.jsonl")).contains("\"KILLED\""),
        () -> "the journal of " + run + " does not say KILLED");

    Answer resumed =
        TestProgram.run("resume", run, "training.epochs=0", "training.steps=" + (step + 1));
    assertEquals(0, resumed.status(), resumed.err());
    assertTrue(
        resumed.err().contains("training from step %d to %d steps".formatted(step, step + 1)),
        resumed.err());
  }

  /** As {@code ./clap4j} starts it; background jobs ignore SIGINT, which env undoes. */
  private static Process start(Path config) throws IOException {
    return new ProcessBuilder(
            "env",
            "--default-signal=INT,TERM",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Clap4j.class.getName(),
            "train",
            config.toString(),
            "training.epochs=100000",
            "training.evaluate-every=1000000",
            "training.checkpoint-every=1000000")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
