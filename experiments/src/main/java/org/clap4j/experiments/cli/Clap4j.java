package org.clap4j.experiments.cli;

import com.google.inject.CreationException;
import com.google.inject.Injector;
import com.google.inject.Key;
import java.util.ServiceConfigurationError;
import org.clap4j.core.io.Subprocess;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.experiments.doctor.GpuCheck;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: parses the command line and runs a command. */
@Command(
    name = "clap4j",
    description = "Trains, evaluates and applies contrastive language-audio models.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TrainCommand.class,
      ResumeCommand.class,
      SweepCommand.class,
      EvalCommand.class,
      ProbeCommand.class,
      EmbedCommand.class,
      ClassifyCommand.class,
      FeaturesCommand.class,
      ReportCommand.class,
      SyncCommand.class,
      DescribeCommand.class,
      ConfigCommand.class,
      DoctorCommand.class,
      ExportCommand.class,
      LossCommand.class,
      BenchCommand.class
    },
    footer = {"", "Hyper-parameters are configuration keys: clap4j train CONFIG.yaml key=value"})
public final class Clap4j implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show what a command does and takes.")
  @SuppressWarnings("UnusedVariable") // picocli asks for it, and then does not run the command
  private boolean help;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the code an error comes from.")
  private boolean stacktrace;

  /** Runs a command and exits with its status. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) {
    Injector injector;
    try {
      injector = Clap4jInjector.create();
    } catch (ConfigException e) {
      System.err.println("clap4j: " + e.getMessage());
      return ExitStatus.USAGE;
    } catch (CreationException | ServiceConfigurationError e) {
      System.err.println("clap4j: a plug-in on the class path does not fit: " + e.getMessage());
      return ExitStatus.USAGE;
    } catch (LinkageError e) { // compiled for another version, or without its dependencies here
      System.err.println("clap4j: a plug-in on the class path does not fit: " + e);
      return ExitStatus.USAGE;
    }
    return commandLine(injector).execute(arguments);
  }

  /** Makes the command line with the commands of an injector. */
  public static CommandLine commandLine(Injector injector) {
    Clap4j program = new Clap4j();
    return new CommandLine(program, new InjectedCommands(injector))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Clap4j::warnedExecution)
        .setExecutionExceptionHandler(new OneLineErrors(() -> program.stacktrace))
        .setParameterExceptionHandler(OneLineErrors::wrongUsage);
  }

  /** Runs a command, after the one line that a GPU which will not do deserves. */
  private static int warnedExecution(ParseResult parsed) {
    new GpuCheck(Subprocess.real())
        .warning()
        .ifPresent(parsed.commandSpec().commandLine().getErr()::println);
    return new CommandLine.RunLast().execute(parsed);
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  /** Takes commands from the injector, everything else from picocli. */
  private record InjectedCommands(Injector injector) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return injector.getExistingBinding(Key.get(type)) == null
          ? CommandLine.defaultFactory().create(type)
          : injector.getInstance(type);
    }
  }
}
