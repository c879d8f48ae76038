package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares two resolved configurations, or the configurations of two runs. */
@Command(name = "diff", description = "Prints the keys in which two configurations differ.")
public final class ConfigDiffCommand implements Runnable {

  private static final String ABSENT = "(absent)";

  private final ConfigBinder binder;

  @Parameters(index = "0", paramLabel = "A.yaml", description = "One configuration.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B.yaml", description = "The other.")
  private Path second = Path.of("");

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  ConfigDiffCommand(ConfigBinder binder) {
    this.binder = binder;
  }

  @Override
  public void run() {
    Map<String, List<String>> differences = differences(flat(first), flat(second));
    json.print(
        differences,
        output ->
            differences.forEach(
                (key, values) -> output.line(key + ": " + values.get(0) + " -> " + values.get(1))));
  }

  private Map<String, String> flat(Path file) {
    return ConfigWriter.flat(
        binder.bind(ExperimentConfig.class, ConfigLoader.load(file, List.of())));
  }

  private static Map<String, List<String>> differences(
      Map<String, String> first, Map<String, String> second) {
    Set<String> keys = new LinkedHashSet<>(first.keySet());
    keys.addAll(second.keySet());
    Map<String, List<String>> differences = new LinkedHashMap<>();
    for (String key : keys) {
      String a = first.getOrDefault(key, ABSENT);
      String b = second.getOrDefault(key, ABSENT);
      if (!a.equals(b)) {
        differences.put(key, List.of(a, b));
      }
    }
    return differences;
  }
}
