package org.clap4j.experiments.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.experiments.DataSection;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import picocli.CommandLine.Parameters;

/** The arguments of commands that measure a model on a data section. */
final class ModelAndData {

  @Parameters(index = "0", paramLabel = "MODEL", description = ModelArgument.DESCRIPTION)
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DATA.yaml",
      description = "A data section: its keys without 'data.'.")
  private Path data = Path.of("");

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "key=value",
      description = "Keys of the section to set: test-fold=3.")
  private List<String> overrides = new ArrayList<>();

  Path model() {
    return model;
  }

  /** The file of the data section. */
  Path data() {
    return data;
  }

  /** Reads the data section with the keys that are set. */
  DataSection section(ConfigBinder binder) throws IOException {
    return binder.bind(DataSection.class, ConfigLoader.loadSection("data", data, overrides));
  }
}
