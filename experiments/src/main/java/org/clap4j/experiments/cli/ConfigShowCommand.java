package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigNode;
import org.clap4j.experiments.config.ConfigWriter;
import org.clap4j.experiments.model.SavedModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Prints a configuration with everything it extends, overrides and takes by default: of a file, or
 * the one that a model has.
 */
@Command(
    name = "show",
    description =
        "Prints the resolved configuration as YAML, of a file or of a model: a run, a checkpoint, a"
            + " Hugging Face CLAP folder.")
public final class ConfigShowCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final SavedModels models;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ConfigArguments arguments = new ConfigArguments();

  @Inject
  ConfigShowCommand(ConfigBinder binder, SavedModels models) {
    this.binder = binder;
    this.models = models;
  }

  @Override
  public Integer call() throws IOException {
    ConfigNode.Mapping tree =
        SavedModels.isModel(arguments.file())
            ? arguments.overlay(models.configuration(arguments.file()))
            : arguments.load();
    Output.of(spec).print(ConfigWriter.yaml(binder.bind(ExperimentConfig.class, tree)));
    return ExitStatus.DONE;
  }
}
