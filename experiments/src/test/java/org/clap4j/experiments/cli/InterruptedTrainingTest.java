package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void signalledTrainingLeavesACheckpointAndARunThatWasKilled(String signal, int status)
      throws IOException, InterruptedException {
    Path config = TestProgram.config(folder);
    List<String> messages =
        TestProgram.signal(
            signal,
            status,
            "train",
            config,
            "training.epochs=100000",
            "training.evaluate-every=1000000",
            "training.checkpoint-every=1000000");
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
}
