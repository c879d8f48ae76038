package org.clap4j.experiments.sweep;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.clap4j.experiments.config.ConfigNode;

/** Words the settings of a run as people say them: {@code loss=sigmoid batch-size=64}. */
final class AxisNames {

  private static final int LONGEST_VALUE = 80;

  private final Map<String, String> shortKeys = new LinkedHashMap<>();

  /** Shortens keys to their last part, where that tells them apart. */
  AxisNames(List<String> keys) {
    Map<String, Long> uses =
        keys.stream().collect(Collectors.groupingBy(AxisNames::lastPart, Collectors.counting()));
    for (String key : keys) {
      String last = lastPart(key);
      shortKeys.put(key, Objects.equals(uses.get(last), 1L) ? last : key);
    }
  }

  private static String lastPart(String key) {
    List<String> parts = Arrays.asList(key.split("\\."));
    int last = parts.size() - 1;
    // "loss.type" is best called "loss".
    return last > 0 && parts.get(last).equals("type") ? parts.get(last - 1) : parts.get(last);
  }

  /** The short names and values of settings, in their order. */
  Map<String, String> label(Map<String, ConfigNode> settings) {
    Map<String, String> labels = new LinkedHashMap<>();
    settings.forEach(
        (key, value) -> labels.put(shortKeys.getOrDefault(key, key), shortened(value(value))));
    return labels;
  }

  /** Joins labels to a name. */
  static String name(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(" "));
  }

  private static String value(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return scalar.text();
    }
    if (node instanceof ConfigNode.Mapping section) {
      ConfigNode type = section.entries().get("type");
      String options =
          section.entries().entrySet().stream()
              .filter(entry -> !entry.getKey().equals("type"))
              .map(entry -> entry.getKey() + "=" + value(entry.getValue()))
              .collect(Collectors.joining(","));
      return type == null
          ? "(" + options + ")"
          : value(type) + (options.isEmpty() ? "" : "(" + options + ")");
    }
    return node.inline();
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE - 1) + "…";
  }
}
