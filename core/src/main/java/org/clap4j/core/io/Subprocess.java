package org.clap4j.core.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks another program; a program that is absent, fails or takes too long has no answer. */
@FunctionalInterface
public interface Subprocess {

  /** What the program wrote to its standard output, stripped. */
  Optional<String> ask(List<String> command);

  /** Asks real programs, for at most five seconds each. */
  static Subprocess real() {
    return Subprocess::run;
  }

  private static Optional<String> run(List<String> command) {
    try {
      // A file, since a pipe that nobody reads while waiting could fill up.
      Path answer = Files.createTempFile("clap4j-ask", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(answer.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return Optional.empty();
        }
        return process.exitValue() == 0
            ? Optional.of(Files.readString(answer, StandardCharsets.UTF_8).strip())
            : Optional.empty();
      } finally {
        Files.deleteIfExists(answer);
      }
    } catch (IOException absent) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
