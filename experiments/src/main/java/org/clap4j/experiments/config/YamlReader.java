package org.clap4j.experiments.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Parses YAML into a tree whose values know their place. Scalars stay text. Duplicate keys, aliases
 * and foreign tags are refused: none has a use here, and each can hide a mistake or a bomb.
 */
final class YamlReader {

  private static final Set<Tag> PLAIN_TAGS =
      Set.of(Tag.NULL, Tag.BOOL, Tag.INT, Tag.FLOAT, Tag.STR, Tag.ENV_TAG, Tag.SEQ, Tag.MAP);

  private final Function<Integer, String> placeOfLine;
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlReader(Function<Integer, String> placeOfLine) {
    this.placeOfLine = placeOfLine;
  }

  /**
   * Parses a file.
   *
   * @param yaml its text
   * @param file its name, for messages
   */
  static ConfigNode.Mapping readFile(String yaml, String file) {
    ConfigNode root = read(yaml, line -> file + ":" + line);
    if (root instanceof ConfigNode.Mapping mapping) {
      return mapping;
    }
    if (root instanceof ConfigNode.Scalar scalar && scalar.isNull()) {
      return ConfigNode.Mapping.empty(file + ":1");
    }
    throw ConfigException.at(
        root.place(), "expected keys and values, found " + root.describe() + " at the top");
  }

  /**
   * Parses one value.
   *
   * @param yaml its text
   * @param place where it comes from, for messages
   */
  static ConfigNode readValue(String yaml, String place) {
    return read(yaml, line -> place);
  }

  private static ConfigNode read(String yaml, Function<Integer, String> placeOfLine) {
    LoadSettings settings = LoadSettings.builder().setMaxAliasesForCollections(0).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(yaml);
      return root.isPresent()
          ? new YamlReader(placeOfLine).convert(root.get())
          : new ConfigNode.Scalar(placeOfLine.apply(1), "", false);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new ConfigException(placeOfLine.apply(line) + ": not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigException(placeOfLine.apply(1) + ": not YAML: " + e.getMessage(), e);
    }
  }

  private String place(Node node) {
    return placeOfLine.apply(node.getStartMark().map(Mark::getLine).orElse(0) + 1);
  }

  private ConfigNode convert(Node node) {
    if (!seen.add(node)) {
      throw ConfigException.at(
          place(node),
          "the value with this anchor is used again by an alias; aliases are refused, write the"
              + " value out or put it into a file that others extend");
    }
    if (!PLAIN_TAGS.contains(node.getTag())) {
      throw ConfigException.at(
          place(node), "the tag " + node.getTag().getValue() + " is refused; leave it out");
    }
    if (node instanceof ScalarNode scalar) {
      return new ConfigNode.Scalar(
          place(node), scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN);
    }
    if (node instanceof SequenceNode sequence) {
      List<ConfigNode> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(convert(item));
      }
      return new ConfigNode.Sequence(place(node), items);
    }
    return convertMapping((MappingNode) node);
  }

  private ConfigNode.Mapping convertMapping(MappingNode node) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    Map<String, String> places = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      String place = place(tuple.getKeyNode());
      if (!(convert(tuple.getKeyNode()) instanceof ConfigNode.Scalar key)) {
        throw ConfigException.at(place, "a key must be a word, not a list or a section");
      }
      String earlier = places.put(key.text(), place);
      if (earlier != null) {
        throw ConfigException.at(
            place, "'" + key.text() + "' stands twice in one section, first at " + earlier);
      }
      entries.put(key.text(), convert(tuple.getValueNode()));
    }
    return new ConfigNode.Mapping(place(node), entries, places);
  }
}
