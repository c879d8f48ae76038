package org.clap4j.experiments.cli;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --json}, and what follows from it: a result as a document, or as lines. */
final class JsonOption {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--json", description = "Print one JSON document instead of lines.")
  private boolean given;

  /** Whether a document is wanted. */
  boolean isGiven() {
    return given;
  }

  /** The streams of the command that has the option. */
  Output output() {
    return Output.of(command);
  }

  /**
   * Prints a result.
   *
   * @param document the result as a document
   * @param lines prints the same for people
   */
  void print(Object document, Consumer<Output> lines) {
    if (given) {
      output().json(document);
    } else {
      lines.accept(output());
    }
  }
}
