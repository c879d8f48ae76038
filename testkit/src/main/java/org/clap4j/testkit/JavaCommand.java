package org.clap4j.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Commands that run a Java program in a process of its own, with the Java of this one. */
public final class JavaCommand {

  /** For programs that live for seconds. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private JavaCommand() {}

  /** Runs a class of this process's class path. */
  public static List<String> of(List<String> options, Class<?> main, Object... arguments) {
    return of(System.getProperty("java.class.path"), options, main.getName(), arguments);
  }

  /**
   * Runs a program.
   *
   * @param options of the Java machine, beside those that suit a program that lives for seconds
   * @param main its class, or its source file
   */
  public static List<String> of(
      String classPath, List<String> options, String main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SHORT_LIVED);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return command;
  }
}
