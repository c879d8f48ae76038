package org.clap4j.experiments.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.io.Sha256;
import org.clap4j.core.model.Selected;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Writes configuration records: every key present, in the records' order, so that what is written
 * binds to equal records again.
 */
public final class ConfigWriter {

  private ConfigWriter() {}

  /** Writes a record as YAML. */
  public static String yaml(Record config) {
    return dump(node(config));
  }

  /**
   * Gives every value by its dotted key; lists in YAML's brackets, absent values as {@code null}.
   */
  public static Map<String, String> flat(Record config) {
    Map<String, String> values = new LinkedHashMap<>();
    flatten(node(config), "", values);
    return values;
  }

  /** Gives a SHA-256 of the YAML, in hexadecimal. */
  public static String hash(Record config) {
    return Sha256.ofText(yaml(config));
  }

  private static void flatten(Node node, String path, Map<String, String> values) {
    if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
      for (NodeTuple entry : mapping.getValue()) {
        String key = ((ScalarNode) entry.getKeyNode()).getValue();
        flatten(entry.getValueNode(), ConfigBinder.join(path, key), values);
      }
    } else {
      values.put(path, node instanceof ScalarNode scalar ? scalar.getValue() : dump(node).strip());
    }
  }

  private static Node node(@Nullable Object value) {
    return node(value, Object.class);
  }

  private static Node node(@Nullable Object value, Type declared) {
    if (value == null) {
      return scalar(Tag.NULL, "null");
    }
    if (value instanceof Selected<?> selected) {
      return mapping(recordEntries(selected.options(), selected.type()));
    }
    if (value instanceof Record section) {
      boolean isCase = declared instanceof Class<?> type && RecordKeys.isChoice(type);
      String type = isCase ? RecordKeys.caseName((Class<?>) declared, section.getClass()) : null;
      return mapping(recordEntries(section, type));
    }
    if (value instanceof List<?> list) {
      List<Node> items = list.stream().map(item -> node(item, itemType(declared))).toList();
      return new SequenceNode(Tag.SEQ, items, FlowStyle.FLOW);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Node> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(key.toString(), node(item, itemType(declared))));
      return mapping(entries);
    }
    return leaf(value);
  }

  private static Node leaf(Object value) {
    if (value instanceof Double number) {
      return scalar(Tag.FLOAT, number(number));
    }
    if (value instanceof Integer || value instanceof Long) {
      return scalar(Tag.INT, value.toString());
    }
    if (value instanceof Boolean) {
      return scalar(Tag.BOOL, value.toString());
    }
    if (value instanceof Enum<?> constant) {
      return scalar(Tag.STR, KeyNames.kebab(constant.name()));
    }
    if (value instanceof String || value instanceof Path) {
      return scalar(Tag.STR, Scalars.escaped(value.toString()));
    }
    throw new IllegalArgumentException("cannot write a " + value.getClass().getName());
  }

  private static Map<String, Node> recordEntries(Record section, @Nullable String type) {
    Map<String, Node> entries = new LinkedHashMap<>();
    if (type != null) {
      entries.put(ConfigBinder.TYPE, scalar(Tag.STR, type));
    }
    RecordKeys.of(section.getClass())
        .forEach(
            (key, component) ->
                entries.put(key, node(value(section, component), component.getGenericType())));
    return entries;
  }

  private static @Nullable Object value(Record section, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static Type itemType(Type declared) {
    if (declared instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return arguments[arguments.length - 1];
    }
    return Object.class;
  }

  /** Writes a number as people do: {@code 0.001}, {@code 100}, {@code 1e-08}. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("a configuration cannot hold NaN");
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? ".inf" : "-.inf";
    }
    double magnitude = Math.abs(value);
    if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e15)) {
      return Double.toString(value).replace(".0E", "e").replace("E", "e");
    }
    BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
    return exact.scale() <= 0 ? exact.toBigInteger() + ".0" : exact.toPlainString();
  }

  private static ScalarNode scalar(Tag tag, String text) {
    boolean needsQuotes = tag.equals(Tag.STR) && (text.isEmpty() || text.contains("\n"));
    return new ScalarNode(tag, text, needsQuotes ? ScalarStyle.DOUBLE_QUOTED : ScalarStyle.PLAIN);
  }

  private static MappingNode mapping(Map<String, Node> entries) {
    List<NodeTuple> tuples = new ArrayList<>();
    entries.forEach((key, value) -> tuples.add(new NodeTuple(scalar(Tag.STR, key), value)));
    return new MappingNode(Tag.MAP, tuples, entries.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
  }

  private static String dump(Node node) {
    DumpSettings settings = DumpSettings.builder().setWidth(1_000_000).build();
    StringWriterTarget target = new StringWriterTarget();
    new Dump(settings).dumpNode(node, target);
    return target.text.toString();
  }

  private static final class StringWriterTarget implements StreamDataWriter {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void write(String part) {
      text.append(part);
    }

    @Override
    public void write(String part, int offset, int length) {
      text.append(part, offset, offset + length);
    }
  }
}
