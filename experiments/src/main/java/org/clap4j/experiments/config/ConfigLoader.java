package org.clap4j.experiments.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts a configuration together: what the file extends, then the file, then the overrides. A
 * section that is given a {@code type} replaces what was inherited for it as a whole. A section may
 * extend a file of its own: {@code data: {extends: data/esc10.yaml, test-fold: 3}}.
 */
public final class ConfigLoader {

  private static final String EXTENDS = "extends";

  private ConfigLoader() {}

  /**
   * Reads a file, the files it extends and overrides into one tree.
   *
   * @param file YAML; its {@code extends} is relative to it
   * @param overrides {@code dotted.key=value}, the value in YAML
   * @throws ConfigException if anything is not readable or not well-formed
   */
  public static ConfigNode.Mapping load(Path file, List<String> overrides) {
    return overlay(load(file, new LinkedHashSet<>()), overrides);
  }

  /** Lays {@code dotted.key=value} over a tree, which stays as it is. */
  public static ConfigNode.Mapping overlay(ConfigNode.Mapping tree, List<String> overrides) {
    return tree.overlaidBy(overrides(overrides));
  }

  /**
   * Parses a resolved configuration that is no file of its own.
   *
   * @param yaml its text
   * @param place where it comes from, for messages
   */
  public static ConfigNode.Mapping parse(String yaml, String place) {
    return YamlReader.readFile(yaml, place);
  }

  /**
   * Reads a file that holds one section, without the section's name.
   *
   * @param section the section's name: what is read stands under it in the tree
   * @param file YAML
   * @param overrides {@code key=value}, relative to the section
   */
  public static ConfigNode.Mapping loadSection(String section, Path file, List<String> overrides) {
    return under(section, load(file, overrides));
  }

  /** Makes a tree of one section from its type and overrides alone. */
  public static ConfigNode.Mapping section(String section, String type, List<String> overrides) {
    ConfigNode.Mapping typed = overrides(List.of(ConfigBinder.TYPE + "=" + type));
    return under(section, typed.overlaidBy(overrides(overrides)));
  }

  /**
   * Sets one key of a tree: a section merges with what is there, one with a {@code type} and
   * everything else replaces it.
   *
   * @param tree what to change; stays as it is
   * @param key dotted
   * @param value what to set
   */
  public static ConfigNode.Mapping set(ConfigNode.Mapping tree, String key, ConfigNode value) {
    List<String> path = List.of(key.split("\\.", -1));
    if (path.stream().anyMatch(String::isBlank)) {
      throw ConfigException.at(value.place(), "a part of the key '" + key + "' is empty");
    }
    return tree.with(path, value);
  }

  private static ConfigNode.Mapping under(String section, ConfigNode.Mapping tree) {
    return new ConfigNode.Mapping(tree.place(), Map.of(section, tree), Map.of());
  }

  private static ConfigNode.Mapping load(Path file, Set<Path> below) {
    Path normal = file.toAbsolutePath().normalize();
    Set<Path> chain = new LinkedHashSet<>(below);
    if (!chain.add(normal)) {
      throw new ConfigException(
          "configurations extend each other in a circle: "
              + chain.stream().map(Path::toString).collect(Collectors.joining(" extends "))
              + " extends "
              + normal);
    }
    return extended(YamlReader.readFile(text(file), file.toString()), file, chain);
  }

  /** Lays a section over what it extends, and so the sections in it. */
  private static ConfigNode.Mapping extended(
      ConfigNode.Mapping section, Path file, Set<Path> chain) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    section.entries().forEach((key, value) -> entries.put(key, extendedValue(value, file, chain)));
    ConfigNode.Mapping own =
        new ConfigNode.Mapping(section.place(), entries, section.keyPlaces()).without(EXTENDS);
    ConfigNode parent = section.entries().get(EXTENDS);
    return parent == null
        ? own
        : load(parentFile(parent, section.placeOf(EXTENDS), file), chain).overlaidBy(own);
  }

  private static ConfigNode extendedValue(ConfigNode value, Path file, Set<Path> chain) {
    if (value instanceof ConfigNode.Mapping section) {
      return extended(section, file, chain);
    }
    if (value instanceof ConfigNode.Sequence sequence) {
      return new ConfigNode.Sequence(
          sequence.place(),
          sequence.items().stream().map(item -> extendedValue(item, file, chain)).toList());
    }
    return value;
  }

  private static Path parentFile(ConfigNode parent, String place, Path file) {
    if (!(parent instanceof ConfigNode.Scalar scalar) || scalar.isNull()) {
      throw ConfigException.at(
          place, "extends: expected the path of a YAML file, found " + parent.describe());
    }
    Path parentFile = file.resolveSibling(scalar.text()).normalize();
    if (!Files.isRegularFile(parentFile)) {
      throw ConfigException.at(
          place, "extends: there is no file " + parentFile + "; the path is relative to this file");
    }
    return parentFile;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": is not UTF-8 text", e);
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + e, e);
    }
  }

  /** Makes one tree of all overrides, so that their order does not matter. */
  static ConfigNode.Mapping overrides(List<String> overrides) {
    ConfigNode.Mapping all = ConfigNode.Mapping.empty(ConfigNode.COMMAND_LINE);
    List<String> earlier = new ArrayList<>();
    for (String override : overrides) {
      String place = ConfigNode.COMMAND_LINE + " '" + override + "'";
      int equals = override.indexOf('=');
      if (equals <= 0) {
        throw ConfigException.at(place, "expected key=value, as in training.epochs=3");
      }
      String key = override.substring(0, equals).strip();
      for (String other : earlier) {
        if (key.equals(other) || key.startsWith(other + ".") || other.startsWith(key + ".")) {
          throw ConfigException.at(place, "clashes with the override of '" + other + "'");
        }
      }
      earlier.add(key);
      ConfigNode value = YamlReader.readValue(override.substring(equals + 1), place);
      all = graft(all, List.of(key.split("\\.", -1)), value, place);
    }
    return all;
  }

  private static ConfigNode.Mapping graft(
      ConfigNode.Mapping tree, List<String> path, ConfigNode value, String place) {
    String key = path.get(0);
    if (key.isBlank()) {
      throw ConfigException.at(place, "a part of the key is empty");
    }
    ConfigNode grafted = value;
    if (path.size() > 1) {
      ConfigNode.Mapping child =
          tree.entries().get(key) instanceof ConfigNode.Mapping mapping
              ? mapping
              : ConfigNode.Mapping.empty(place);
      grafted = graft(child, path.subList(1, path.size()), value, place);
    }
    Map<String, ConfigNode> entries = new LinkedHashMap<>(tree.entries());
    entries.put(key, grafted);
    Map<String, String> places = new LinkedHashMap<>(tree.keyPlaces());
    places.putIfAbsent(key, place);
    return new ConfigNode.Mapping(place, entries, places);
  }
}
