package org.clap4j.experiments.sweep;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.clap4j.experiments.run.ParentProcess;

/**
 * Trains runs, each in a Java machine of its own with the options of this one, as {@code clap4j
 * resume RUN_DIR} does. Such a process stops with a checkpoint when this one dies.
 */
final class RunProcess {

  private static final String MAIN = "org.clap4j.experiments.cli.Clap4j";

  /** How a run says its last word; see the command line's errors. */
  private static final String ERROR = "clap4j: ";

  private static final int SIGINT_STATUS = 130;
  private static final int SIGTERM_STATUS = 143;
  private static final int SIGKILL_STATUS = 137;

  private final AtomicReference<ProcessHandle> current = new AtomicReference<>();
  private volatile boolean stopping;

  /**
   * How a process ended.
   *
   * @param state finished, interrupted or failed
   * @param message why it failed, else empty
   */
  record End(SweepRun.State state, String message) {}

  /** Trains a run to its end, from its last checkpoint on if it has one. */
  End train(Path runDirectory, Consumer<String> output) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(runDirectory)).redirectErrorStream(true).start();
    current.set(process.toHandle());
    if (stopping) {
      process.destroy();
    }
    process.getOutputStream().close();
    LastError lastError = new LastError();
    try (Reader printed = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      char[] part = new char[4096];
      for (int length = printed.read(part); length >= 0; length = printed.read(part)) {
        String text = new String(part, 0, length);
        output.accept(text);
        lastError.read(text);
      }
    }
    int status = process.waitFor();
    current.set(null);
    return end(status, lastError.text());
  }

  private static End end(int status, String error) {
    return switch (status) {
      case 0 -> new End(SweepRun.State.FINISHED, "");
      case SIGINT_STATUS, SIGTERM_STATUS -> new End(SweepRun.State.INTERRUPTED, "");
      case SIGKILL_STATUS ->
          new End(
              SweepRun.State.FAILED,
              "its process was killed (signal 9); the system does that when memory runs out");
      default ->
          new End(
              SweepRun.State.FAILED,
              error.isEmpty() ? "its process ended with status " + status : error);
    };
  }

  /** Asks the process at work, and those to come, to stop with a checkpoint. */
  void stop() {
    stopping = true;
    ProcessHandle process = current.get();
    if (process != null) {
      process.destroy();
    }
  }

  private static List<String> command(Path runDirectory) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A debugger's port is taken already.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-agentlib:jdwp"))
        .forEach(command::add);
    command.add(ParentProcess.optionOfChild());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(MAIN, "resume", runDirectory.toString()));
    return command;
  }

  /** Keeps the last line that is an error's. */
  private static final class LastError {

    private final StringBuilder line = new StringBuilder();
    private String error = "";

    void read(String text) {
      for (int i = 0; i < text.length(); i++) {
        char next = text.charAt(i);
        if (next == '\n' || next == '\r') {
          endLine();
        } else {
          line.append(next);
        }
      }
    }

    private void endLine() {
      if (line.indexOf(ERROR) == 0) {
        error = line.substring(ERROR.length());
      }
      line.setLength(0);
    }

    String text() {
      endLine();
      return error;
    }
  }
}
