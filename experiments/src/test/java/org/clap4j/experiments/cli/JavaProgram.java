package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.clap4j.testkit.JavaCommand;

/** A Java program in one source file, compiled and run by a Java machine of its own. */
final class JavaProgram {

  private static final List<String> ABOVE_ENCODERS =
      List.of("experiments", "training", "losses", "testkit");

  private JavaProgram() {}

  /** The class path of this test. */
  static String wholeClassPath() {
    return System.getProperty("java.class.path");
  }

  /** The class path of this test without the modules above the encoders. */
  static String encodersClassPath() {
    return Arrays.stream(wholeClassPath().split(File.pathSeparator))
        .filter(entry -> ABOVE_ENCODERS.stream().noneMatch(module -> isOf(module, entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isOf(String module, String entry) {
    return entry.contains(File.separator + module + File.separator + "target")
        || entry.contains("clap4j-" + module);
  }

  /**
   * Runs a program, which must end with status 0.
   *
   * @param log where to keep what it prints
   * @return what it has printed, on either stream
   */
  static String run(String classPath, Path source, Path log, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        JavaCommand.of(classPath, List.of("-Xmx1g"), source.toString(), arguments);
    Process program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = program.waitFor();
    String printed = Files.readString(log);
    assertEquals(0, status, printed);
    return printed;
  }
}
