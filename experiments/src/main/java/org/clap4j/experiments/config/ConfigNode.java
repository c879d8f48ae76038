package org.clap4j.experiments.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A value of a configuration before it has a type. Each knows the place it comes from. */
public sealed interface ConfigNode {

  /** How the place of an override begins. */
  String COMMAND_LINE = "command line";

  /** Where it stands: {@code file:line}, the override, or the default. */
  String place();

  /** Describes the value for a message. */
  String describe();

  /** Writes the value in one line of YAML, as {@code {type: info-nce}} or {@code [1, 2]}. */
  String inline();

  /**
   * Text, a number, true, false, null: what it is, its target's type decides.
   *
   * @param place where it stands
   * @param text the text without quotes
   * @param quoted whether it stood in quotes, and so is a string
   */
  record Scalar(String place, String text, boolean quoted) implements ConfigNode {

    /** Says whether this is YAML's null. */
    public boolean isNull() {
      return !quoted && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    @Override
    public String describe() {
      if (isNull()) {
        return "nothing";
      }
      return quoted ? "the string '" + text + "'" : "'" + text + "'";
    }

    @Override
    public String inline() {
      return quoted ? "'" + text.replace("'", "''") + "'" : text;
    }
  }

  /** A list. */
  record Sequence(String place, List<ConfigNode> items) implements ConfigNode {

    /** Freezes the items. */
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }

    @Override
    public String inline() {
      return items.stream().map(ConfigNode::inline).collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /**
   * A section.
   *
   * @param place where it starts
   * @param entries values by key, in order
   * @param keyPlaces where each key stands
   */
  record Mapping(String place, Map<String, ConfigNode> entries, Map<String, String> keyPlaces)
      implements ConfigNode {

    /** Freezes the entries, in their order. */
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      keyPlaces = Map.copyOf(keyPlaces);
    }

    /** A section without keys. */
    static Mapping empty(String place) {
      return new Mapping(place, Map.of(), Map.of());
    }

    /** Where a key stands; where the section starts if the key is not there. */
    public String placeOf(String key) {
      return keyPlaces.getOrDefault(key, place);
    }

    /** The same section without one key. */
    Mapping without(String key) {
      Map<String, ConfigNode> rest = new LinkedHashMap<>(entries);
      rest.remove(key);
      return new Mapping(place, rest, keyPlaces);
    }

    /**
     * Lays another section over this one. Sections merge key by key; everything else is replaced,
     * and so is a whole section that an upper one gives a {@code type}.
     */
    Mapping overlaidBy(Mapping upper) {
      Map<String, ConfigNode> merged = new LinkedHashMap<>(entries);
      Map<String, String> places = new LinkedHashMap<>(keyPlaces);
      places.putAll(upper.keyPlaces);
      upper.entries.forEach((key, value) -> merged.merge(key, value, Mapping::overlay));
      boolean isNewHome = !upper.entries.isEmpty() && !upper.place.startsWith(COMMAND_LINE);
      return new Mapping(isNewHome ? upper.place : place, merged, places);
    }

    /** Lays one value over another, as {@link #overlaidBy} does for the values of a key. */
    static ConfigNode overlay(ConfigNode lower, ConfigNode upper) {
      return lower instanceof Mapping below
              && upper instanceof Mapping above
              && !above.entries.containsKey("type")
          ? below.overlaidBy(above)
          : upper;
    }

    /**
     * Lays a value over what stands at the end of a path of keys, and leaves everything else as it
     * is, its places too.
     */
    Mapping with(List<String> path, ConfigNode value) {
      String key = path.get(0);
      ConfigNode old = entries.get(key);
      Map<String, ConfigNode> changed = new LinkedHashMap<>(entries);
      Map<String, String> places = new LinkedHashMap<>(keyPlaces);
      if (path.size() == 1) {
        changed.put(key, old == null ? value : overlay(old, value));
        places.put(key, value.place());
      } else {
        Mapping child = old instanceof Mapping section ? section : empty(value.place());
        changed.put(key, child.with(path.subList(1, path.size()), value));
        places.putIfAbsent(key, value.place());
      }
      return new Mapping(place, changed, places);
    }

    @Override
    public String describe() {
      return "a section";
    }

    @Override
    public String inline() {
      return entries.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + entry.getValue().inline())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }
}
