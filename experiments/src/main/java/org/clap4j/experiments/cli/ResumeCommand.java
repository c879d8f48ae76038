package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.run.RunDirectory;
import org.clap4j.experiments.run.TrainingSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a run. */
@Command(name = "resume", description = "Goes on from the last checkpoint of a run.")
public final class ResumeCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final TrainingSession session;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN_DIR", description = "The run's directory.")
  private Path run = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "key=value",
      description = "Configuration keys to change from here on: training.epochs=20.")
  private List<String> overrides = new ArrayList<>();

  @Inject
  ResumeCommand(ConfigBinder binder, TrainingSession session) {
    this.binder = binder;
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    RunDirectory directory = RunDirectory.open(run);
    ExperimentConfig config =
        binder.bind(ExperimentConfig.class, ConfigLoader.load(directory.config(), overrides));
    Output output = Output.of(spec);
    output.line(directory.path().toString());
    if (!overrides.isEmpty()) {
      directory.write(config);
    }
    return Training.run(session, config, directory, output);
  }
}
