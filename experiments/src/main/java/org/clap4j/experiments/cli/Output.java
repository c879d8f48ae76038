package org.clap4j.experiments.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command's results and messages go. */
final class Output {

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final PrintWriter out;
  private final PrintWriter err;

  private Output(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** The streams of the command that picocli runs. */
  static Output of(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("picocli has not said which command this is");
    }
    return new Output(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  /** Prints a part of the result as it is. */
  void print(String text) {
    out.print(text);
    out.flush();
  }

  /** Prints a line of the result. */
  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Prints the result as one JSON document. */
  void json(Object value) {
    line(JSON.toJson(value));
  }

  /** Passes on what another process says, in parts as they come. */
  void pass(String text) {
    err.print(text);
    err.flush();
  }

  /** Says something that is not the result. */
  void note(String text) {
    err.println(text);
    err.flush();
  }
}
