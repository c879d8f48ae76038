package org.clap4j.experiments.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.clap4j.core.config.KnownNames;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.config.ConfigNode;

/**
 * What a sweep file says:
 *
 * <pre>{@code
 * base: ../fsdd.yaml                 # relative to this file
 * name: losses                       # the file's own name if it is left out
 * set: {training.epochs: 10}         # for every run
 * grid:                              # every combination
 *   loss: [{type: info-nce}, {type: sigmoid}]
 *   training.batch-size: [32, 64]
 * list:                              # explicit points, each combined with the grid
 *   - {optimizer.lr: 1e-3, training.max-grad-norm: 1}
 *   - {optimizer.lr: 3e-3, training.max-grad-norm: 5}
 * seeds: [0, 1, 2]                   # each of them for every setting
 * max-runs: 12                       # the first so many
 * }</pre>
 *
 * @param file where it stands
 * @param name first part of the sweep directory's name
 * @param base the configuration that every run changes
 * @param set values by dotted key, for every run
 * @param grid values by dotted key, of which every combination is tried
 * @param list points, each of them values by dotted key
 * @param seeds seeds; empty for the configuration's own
 * @param maxRuns how many runs there are at most
 */
record SweepFile(
    Path file,
    String name,
    Path base,
    Map<String, ConfigNode> set,
    Map<String, List<ConfigNode>> grid,
    List<Map<String, ConfigNode>> list,
    List<ConfigNode> seeds,
    long maxRuns) {

  /** The key that seeds are values of. */
  static final String SEED = "seed";

  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("base", "name", "set", "grid", "list", "seeds", "max-runs"));

  /** What names a run's directory, which the sweep decides. */
  private static final Set<String> OF_THE_SWEEP = Set.of("name", "runs");

  /**
   * Reads a sweep file.
   *
   * @throws ConfigException if it is not readable or not well-formed
   */
  static SweepFile read(Path file) {
    ConfigNode.Mapping root = ConfigLoader.load(file, List.of());
    for (String key : root.entries().keySet()) {
      if (!KEYS.contains(key)) {
        throw ConfigException.at(root.placeOf(key), KnownNames.notKnown(key, key, KEYS));
      }
    }
    SweepFile sweep =
        new SweepFile(
            file,
            name(root, file),
            base(root, file),
            section(root, "set"),
            grid(root),
            points(root),
            items(root, "seeds"),
            maxRuns(root));
    sweep.checkKeys(root);
    return sweep;
  }

  private static String name(ConfigNode.Mapping root, Path file) {
    String name =
        root.entries().containsKey("name")
            ? text(root, "name")
            : String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw ConfigException.at(
          root.placeOf("name"),
          "name must be letters, digits, '.', '_' and '-', as it names a directory, was '"
              + name
              + "'");
    }
    return name;
  }

  private static Path base(ConfigNode.Mapping root, Path file) {
    if (!root.entries().containsKey("base")) {
      throw ConfigException.at(root.place(), "base is missing: the configuration of every run");
    }
    Path base = file.resolveSibling(text(root, "base")).normalize();
    if (!Files.isRegularFile(base)) {
      throw ConfigException.at(
          root.placeOf("base"),
          "base: there is no file " + base + "; the path is relative to this file");
    }
    return base;
  }

  private static long maxRuns(ConfigNode.Mapping root) {
    if (!root.entries().containsKey("max-runs")) {
      return Long.MAX_VALUE;
    }
    String text = text(root, "max-runs");
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw ConfigException.at(
          root.placeOf("max-runs"), "max-runs: expected an integer above 0, found '" + text + "'");
    }
    return Long.parseLong(text);
  }

  private static String text(ConfigNode.Mapping root, String key) {
    if (root.entries().get(key) instanceof ConfigNode.Scalar scalar && !scalar.isNull()) {
      return scalar.text();
    }
    throw ConfigException.at(root.placeOf(key), key + ": expected one value");
  }

  private static Map<String, ConfigNode> section(ConfigNode.Mapping root, String key) {
    ConfigNode value = root.entries().get(key);
    return value == null ? Map.of() : entries(value, key);
  }

  private static Map<String, ConfigNode> entries(ConfigNode value, String key) {
    if (value instanceof ConfigNode.Mapping mapping) {
      return mapping.entries();
    }
    throw ConfigException.at(
        value.place(), key + ": expected keys and values, found " + value.describe());
  }

  private static Map<String, List<ConfigNode>> grid(ConfigNode.Mapping root) {
    Map<String, List<ConfigNode>> grid = new LinkedHashMap<>();
    section(root, "grid").forEach((key, values) -> grid.put(key, items(values, "grid." + key)));
    return grid;
  }

  private static List<Map<String, ConfigNode>> points(ConfigNode.Mapping root) {
    List<Map<String, ConfigNode>> points = new ArrayList<>();
    for (ConfigNode point : items(root, "list")) {
      points.add(entries(point, "list[" + points.size() + "]"));
    }
    return points;
  }

  private static List<ConfigNode> items(ConfigNode.Mapping root, String key) {
    ConfigNode value = root.entries().get(key);
    return value == null ? List.of() : items(value, key);
  }

  private static List<ConfigNode> items(ConfigNode value, String key) {
    if (!(value instanceof ConfigNode.Sequence sequence)) {
      throw ConfigException.at(
          value.place(),
          key
              + ": expected a list of values, found "
              + value.describe()
              + "; write it in [brackets]");
    }
    if (sequence.items().isEmpty()) {
      throw ConfigException.at(value.place(), key + " is an empty list; leave it out");
    }
    return sequence.items();
  }

  /** The keys in which runs may differ, the seed left out, in order. */
  List<String> axes() {
    Set<String> axes = new LinkedHashSet<>();
    list.forEach(point -> axes.addAll(point.keySet()));
    axes.addAll(grid.keySet());
    return List.copyOf(axes);
  }

  /** Each key must be set in one place only: nobody should have to know which one wins. */
  private void checkKeys(ConfigNode.Mapping root) {
    Map<String, String> owners = new LinkedHashMap<>();
    if (!seeds.isEmpty()) {
      own(owners, SEED, "seeds", root.placeOf("seeds"));
    }
    set.forEach((key, value) -> own(owners, key, "set", value.place()));
    Set<String> ofPoints = new LinkedHashSet<>();
    list.forEach(point -> ofPoints.addAll(point.keySet()));
    ofPoints.forEach(key -> own(owners, key, "list", root.placeOf("list")));
    grid.forEach((key, values) -> own(owners, key, "grid", values.get(0).place()));
  }

  private static void own(Map<String, String> owners, String key, String section, String place) {
    if (OF_THE_SWEEP.contains(key)) {
      throw ConfigException.at(
          place, section + "." + key + " cannot be set: the sweep names its runs itself");
    }
    owners.forEach(
        (other, owner) -> {
          if (key.equals(other) || key.startsWith(other + ".") || other.startsWith(key + ".")) {
            throw ConfigException.at(
                place, section + "." + key + " clashes with " + owner + "." + other);
          }
        });
    owners.put(key, section);
  }
}
