package org.clap4j.experiments.cli;

import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import org.clap4j.experiments.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Reports an error in one line on standard error, with the stack trace only where it is asked for.
 */
final class OneLineErrors implements IExecutionExceptionHandler {

  private final BooleanSupplier wantsTrace;

  OneLineErrors(BooleanSupplier wantsTrace) {
    this.wantsTrace = wantsTrace;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, @Nullable ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("clap4j: " + message(failure));
    if (wantsTrace.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    return failure instanceof ConfigException || failure instanceof UsageException
        ? ExitStatus.USAGE
        : ExitStatus.FAILED;
  }

  /** Reports a command line that picocli could not parse. */
  static int wrongUsage(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    command
        .getErr()
        .printf(
            "clap4j: %s; see %s --help%n",
            wrong.getMessage(), command.getCommandSpec().qualifiedName());
    return ExitStatus.USAGE;
  }

  /** Our own messages are whole; those of others need the name of what happened. */
  private static String message(Throwable failure) {
    String message = failure.getMessage();
    boolean ours = failure.getClass().getName().startsWith("org.clap4j.");
    boolean plain =
        failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
    String line =
        message == null || message.isBlank()
            ? failure.getClass().getSimpleName() + "; --stacktrace shows where"
            : ours || plain ? message : failure.getClass().getSimpleName() + ": " + message;
    return line.replaceAll("\\s*\\R\\s*", " ");
  }
}
