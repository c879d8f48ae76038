package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.run.RunDirectory;
import org.clap4j.experiments.run.TrainingSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Trains a model. */
@Command(
    name = "train",
    description =
        "Trains a model. Prints the run directory first, and the test metrics in the end.")
public final class TrainCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final TrainingSession session;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ConfigArguments arguments = new ConfigArguments();

  @Inject
  TrainCommand(ConfigBinder binder, TrainingSession session) {
    this.binder = binder;
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    ExperimentConfig config = binder.bind(ExperimentConfig.class, arguments.load());
    RunDirectory directory = RunDirectory.create(config, Clock.systemUTC());
    Output output = Output.of(spec);
    output.line(directory.path().toString());
    return Training.run(session, config, directory, output);
  }
}
