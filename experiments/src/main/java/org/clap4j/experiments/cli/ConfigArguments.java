package org.clap4j.experiments.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;
import picocli.CommandLine.Parameters;

/** The arguments {@code CONFIG.yaml [key=value …]}. */
final class ConfigArguments {

  @Parameters(index = "0", paramLabel = "CONFIG.yaml", description = "The configuration.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      arity = "0..*",
      description = "Configuration keys to set, by their dotted names; values in YAML.")
  private List<String> overrides = new ArrayList<>();

  /** The file, or what stands in its place. */
  Path file() {
    return file;
  }

  /** Reads file and overrides. */
  ConfigNode.Mapping load() {
    return ConfigLoader.load(file, overrides);
  }

  /** Lays the overrides over a configuration that is no file. */
  ConfigNode.Mapping overlay(ConfigNode.Mapping tree) {
    return ConfigLoader.overlay(tree, overrides);
  }
}
