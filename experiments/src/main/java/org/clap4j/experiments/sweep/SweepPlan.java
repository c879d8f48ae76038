package org.clap4j.experiments.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;

/**
 * The runs of a sweep, every one of them with a configuration that binds. Of points, grid and seeds
 * the seeds change fastest and the points slowest, so that the first runs are whole settings.
 *
 * @param name the sweep's name
 * @param file the sweep file
 * @param runs the runs in order; at least one
 * @param leftOut how many more {@code max-runs} leaves out
 */
public record SweepPlan(String name, Path file, List<Run> runs, long leftOut) {

  /** More would be a mistake. */
  private static final long MOST_RUNS = 100_000;

  public SweepPlan {
    runs = List.copyOf(runs);
  }

  /**
   * A run.
   *
   * @param number counts from 1
   * @param name how people call it: {@code loss=sigmoid seed=1}
   * @param setting the name without its seed, which runs of different seeds share
   * @param axes short names and values of what this run sets, its seed left out
   * @param seed the seed; empty if it is the configuration's own
   * @param values what it sets, in YAML by dotted key, its seed included
   * @param config everything, resolved
   */
  public record Run(
      int number,
      String name,
      String setting,
      Map<String, String> axes,
      String seed,
      Map<String, String> values,
      ExperimentConfig config) {

    public Run {
      axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * Plans what a sweep file says. Opens no data.
   *
   * @throws ConfigException if the file, or the configuration of any run, is not right
   */
  public static SweepPlan of(Path file, ConfigBinder binder) {
    SweepFile sweep = SweepFile.read(file);
    List<Map<String, ConfigNode>> settings = settings(sweep);
    long all = (long) settings.size() * Math.max(1, sweep.seeds().size());
    ConfigNode.Mapping base = ConfigLoader.load(sweep.base(), List.of());
    for (Map.Entry<String, ConfigNode> fixed : sweep.set().entrySet()) {
      base = ConfigLoader.set(base, fixed.getKey(), fixed.getValue());
    }
    Binding binding = new Binding(sweep, base, binder, new AxisNames(sweep.axes()));
    List<Run> runs = new ArrayList<>();
    for (Map<String, ConfigNode> setting : settings) {
      for (ConfigNode seed : seeds(sweep)) {
        if (runs.size() < sweep.maxRuns()) {
          runs.add(binding.run(runs.size() + 1, setting, seed));
        }
      }
    }
    checkAlike(file, runs);
    return new SweepPlan(sweep.name(), file, runs, all - runs.size());
  }

  /** A seed that is nothing leaves the configuration's own. */
  private static List<ConfigNode> seeds(SweepFile sweep) {
    return sweep.seeds().isEmpty()
        ? List.of(new ConfigNode.Scalar(sweep.file().toString(), "", false))
        : sweep.seeds();
  }

  private static List<Map<String, ConfigNode>> settings(SweepFile sweep) {
    List<Map<String, ConfigNode>> settings =
        new ArrayList<>(sweep.list().isEmpty() ? List.of(Map.of()) : sweep.list());
    for (Map.Entry<String, List<ConfigNode>> axis : sweep.grid().entrySet()) {
      if (settings.size() * (long) axis.getValue().size() > MOST_RUNS) {
        throw new ConfigException(
            sweep.file() + ": grid has more than " + MOST_RUNS + " combinations");
      }
      List<Map<String, ConfigNode>> longer = new ArrayList<>();
      for (Map<String, ConfigNode> setting : settings) {
        for (ConfigNode value : axis.getValue()) {
          Map<String, ConfigNode> next = new LinkedHashMap<>(setting);
          next.put(axis.getKey(), value);
          longer.add(next);
        }
      }
      settings = longer;
    }
    return settings;
  }

  /** What the summary compares, and where the runs are nested, must be one. */
  private static void checkAlike(Path file, List<Run> runs) {
    ExperimentConfig first = runs.get(0).config();
    for (Run run : runs) {
      ExperimentConfig config = run.config();
      if (!config.tracking().equals(first.tracking())) {
        throw unlike(file, run, "tracking");
      }
      if (!config.training().bestMetric().equals(first.training().bestMetric())
          || config.training().bestMode() != first.training().bestMode()) {
        throw unlike(file, run, "training.best-metric and training.best-mode");
      }
    }
    if (first.tracking().type().equals("none")) {
      throw new ConfigException(
          file
              + ": a sweep with tracking: {type: none} would leave nothing to compare; use type:"
              + " journal or mlflow");
    }
  }

  private static ConfigException unlike(Path file, Run run, String keys) {
    return new ConfigException(
        "%s: run %d (%s) differs from run 1 in %s, which all runs of a sweep must share"
            .formatted(file, run.number(), run.name(), keys));
  }

  /** Makes runs of settings. */
  private record Binding(
      SweepFile sweep, ConfigNode.Mapping base, ConfigBinder binder, AxisNames names) {

    Run run(int number, Map<String, ConfigNode> setting, ConfigNode seed) {
      boolean seeded = !(seed instanceof ConfigNode.Scalar scalar && scalar.isNull());
      Map<String, ConfigNode> values = new LinkedHashMap<>(setting);
      if (seeded) {
        values.put(SweepFile.SEED, seed);
      }
      Map<String, String> axes = names.label(setting);
      String name = AxisNames.name(names.label(values));
      return new Run(
          number,
          name.isEmpty() ? sweep.name() : name,
          axes.isEmpty() ? sweep.name() : AxisNames.name(axes),
          axes,
          seeded ? seed.inline() : "",
          values.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      entry -> entry.getValue().inline(),
                      (a, b) -> b,
                      LinkedHashMap::new)),
          bind(number, name, values));
    }

    private ExperimentConfig bind(int number, String name, Map<String, ConfigNode> values) {
      ConfigNode.Mapping tree = base;
      for (Map.Entry<String, ConfigNode> value : values.entrySet()) {
        tree = ConfigLoader.set(tree, value.getKey(), value.getValue());
      }
      try {
        return binder.bind(ExperimentConfig.class, tree);
      } catch (ConfigException e) {
        throw new ConfigException(
            "%s, run %d (%s): %s".formatted(sweep.file(), number, name, e.getMessage()), e);
      }
    }
  }
}
