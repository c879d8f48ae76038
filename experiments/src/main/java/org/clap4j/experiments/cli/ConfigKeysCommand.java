package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.util.List;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ComponentKinds;
import org.clap4j.experiments.config.KeyCatalog;
import org.clap4j.experiments.config.KeyDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints what can be configured. */
@Command(name = "keys", description = "Prints every key with its type, default and meaning.")
public final class ConfigKeysCommand implements Runnable {

  private final ComponentKinds kinds;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "Only keys that begin with this: audio-encoder.")
  private String prefix = "";

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  ConfigKeysCommand(ComponentKinds kinds) {
    this.kinds = kinds;
  }

  @Override
  public void run() {
    List<KeyDescription> keys =
        KeyCatalog.of(ExperimentConfig.class, kinds).stream()
            .filter(key -> key.key().startsWith(prefix))
            .toList();
    if (keys.isEmpty()) {
      throw new UsageException("no key begins with '" + prefix + "'; config keys lists all");
    }
    json.print(keys, output -> print(keys, output));
  }

  private static void print(List<KeyDescription> keys, Output output) {
    String condition = "";
    for (KeyDescription key : keys) {
      if (!key.condition().equals(condition) && !key.condition().isEmpty()) {
        output.line("");
        output.line("# with " + key.condition());
      } else if (!key.condition().equals(condition)) {
        output.line("");
      }
      condition = key.condition();
      String standard = key.defaultValue().isEmpty() ? "required" : "default " + key.defaultValue();
      output.line(key.key() + " (" + key.type() + "; " + standard + "): " + key.meaning());
    }
  }
}
