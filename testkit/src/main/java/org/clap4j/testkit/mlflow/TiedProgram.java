package org.clap4j.testkit.mlflow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.clap4j.testkit.JavaCommand;

/**
 * A program that ends with the process that has started it, and all that it has started itself with
 * it, even if that process is killed: a small Java process between the two kills them when the pipe
 * from there closes.
 */
final class TiedProgram {

  private TiedProgram() {}

  /**
   * Starts a program, whose output goes to a file. To close the process's input is to kill the
   * program.
   *
   * @param environment variables to set besides the inherited ones
   */
  static Process start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    List<String> tied = JavaCommand.of(List.of("-Xmx16m"), TiedProgram.class, command.toArray());
    ProcessBuilder builder = new ProcessBuilder(tied).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.redirectOutput(log.toFile()).start();
  }

  /** Runs a command until it ends or standard input does. */
  public static void main(String[] command) throws IOException, InterruptedException {
    Process program =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    program.getOutputStream().close();
    CompletableFuture<Void> inputEnds = CompletableFuture.runAsync(TiedProgram::readToTheEnd);
    Object unused = CompletableFuture.anyOf(program.onExit(), inputEnds).join();
    List<ProcessHandle> all = new ArrayList<>(program.descendants().toList());
    all.add(program.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    System.exit(program.waitFor());
  }

  private static void readToTheEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nobody says anything.
      }
    } catch (IOException e) {
      // It has ended, too.
    }
  }
}
