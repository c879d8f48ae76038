package org.clap4j.experiments.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that look at configurations. */
@Command(
    name = "config",
    description = "Shows and compares configurations.",
    subcommands = {ConfigShowCommand.class, ConfigDiffCommand.class, ConfigKeysCommand.class})
final class ConfigCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "show, diff or keys is missing");
    }
  }
}
