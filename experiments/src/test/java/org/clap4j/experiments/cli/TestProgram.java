package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.clap4j.experiments.run.ParentProcess;
import org.clap4j.testkit.JavaCommand;
import picocli.CommandLine;

/** The command line within the test's process, and a configuration that trains in seconds. */
final class TestProgram {

  /** Embedding dimension of the tiny model. */
  static final int DIM = 8;

  /** Data of the tiny model: computed clips of a second. */
  static final String DATA =
      "type: synthetic\ntrain-clips: 16\nvalidation-clips: 8\ntest-clips: 8\nseconds: 1\n";

  /** Far more than a step and a checkpoint take, on a busy machine too. */
  private static final int PATIENCE_SECONDS = 120;

  private static final String CONFIG =
      """
      name: tiny
      runs: %s
      data: {extends: data.yaml}
      audio-encoder: {type: cnn14, base-channels: 4, blocks: 3}
      text-encoder: {type: transformer, layers: 1, width: 16, heads: 2, feed-forward: 16}
      tokenizer: {type: words}
      head: {type: linear, dim: %d}
      loss: {type: info-nce}
      optimizer: {type: adamw}
      schedule: {type: constant}
      training: {batch-size: 8, epochs: 1}
      clip: {seconds: 1}
      tracking: {type: journal}
      """;

  private TestProgram() {}

  /** What a command ended with and printed. */
  record Answer(int status, String out, String err) {}

  /** Runs a command. */
  static Answer run(Object... arguments) {
    return run(Map.of("HOME", "/home/x"), arguments);
  }

  /** Runs a command where data is said to be in a folder. */
  static Answer runWithData(Path data, Object... arguments) {
    return run(Map.of("CLAP4J_DATA", data.toString()), arguments);
  }

  /** Runs a command with environment variables. */
  static Answer run(Map<String, String> environment, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program =
        Clap4j.commandLine(Clap4jInjector.create(List.of(), environment))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    int status = program.execute(words);
    return new Answer(status, out.toString(), err.toString());
  }

  /**
   * A command as {@code ./clap4j} runs it, in a process of its own that is yet to be started. Its
   * training does not outlive the test's process.
   */
  static ProcessBuilder process(Map<String, String> environment, Object... arguments) {
    List<String> options =
        List.of(
            "-Xmx512m",
            "-Dlogback.configurationFile=logback.xml", // not that of any test
            ParentProcess.optionOfChild());
    ProcessBuilder process = new ProcessBuilder(JavaCommand.of(options, Clap4j.class, arguments));
    process.environment().putAll(environment);
    return process;
  }

  /**
   * Runs a command as {@code ./clap4j} does, in a process of its own, and sends it a signal, and it
   * alone, when training has begun. Background jobs ignore SIGINT, which env undoes.
   *
   * @param status that it is to end with
   * @return what it said afterwards, by line
   */
  static List<String> signal(String signal, int status, Object... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = process(Map.of(), arguments);
    builder.command().addAll(0, List.of("env", "--default-signal=INT,TERM"));
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    List<String> messages;
    try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
      String line = errors.readLine();
      while (line != null && !line.startsWith("training for")) {
        line = errors.readLine();
      }
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
      messages = errors.lines().toList();
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "does not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(status, process.exitValue(), messages::toString);
    return messages;
  }

  /** Writes the tiny configuration and its data section; runs go to {@code runs} beside them. */
  static Path config(Path folder) throws IOException {
    Files.writeString(folder.resolve("data.yaml"), DATA);
    return Files.writeString(
        folder.resolve("tiny.yaml"), CONFIG.formatted(folder.resolve("runs"), DIM));
  }
}
