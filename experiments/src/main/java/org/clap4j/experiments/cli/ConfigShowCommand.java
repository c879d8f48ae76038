package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a configuration with everything it extends, overrides and takes by default. */
@Command(name = "show", description = "Prints the resolved configuration as YAML.")
public final class ConfigShowCommand implements Runnable {

  private final ConfigBinder binder;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ConfigArguments arguments = new ConfigArguments();

  @Inject
  ConfigShowCommand(ConfigBinder binder) {
    this.binder = binder;
  }

  @Override
  public void run() {
    ExperimentConfig config = binder.bind(ExperimentConfig.class, arguments.load());
    Output.of(spec).print(ConfigWriter.yaml(config));
  }
}
