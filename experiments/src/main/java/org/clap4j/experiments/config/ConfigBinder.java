package org.clap4j.experiments.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.KnownNames;
import org.clap4j.core.model.ComponentFactory;
import org.clap4j.core.model.Selected;
import org.jspecify.annotations.Nullable;

/**
 * Binds a tree to immutable records, strictly: every key known, every value of its type, none
 * missing that has no default. The records check their ranges themselves; what they refuse is
 * reported with file and line.
 *
 * <p>Components may be {@code int}, {@code long}, {@code double}, {@code boolean}, {@code String},
 * {@code Path}, an enum (constants in kebab-case), {@code List}, {@code Map} by text, a nested
 * record, a sealed interface of records (its {@code type} names the record) and {@link Selected}
 * (its {@code type} names the factory). One that is {@code @Nullable} may be null.
 */
public final class ConfigBinder {

  static final String TYPE = "type";

  private final ComponentKinds kinds;
  private final Map<String, String> environment;

  /**
   * Makes a binder.
   *
   * @param kinds the components that sections may choose
   * @param environment what {@code ${NAME}} in texts and paths refers to
   */
  public ConfigBinder(ComponentKinds kinds, Map<String, String> environment) {
    this.kinds = kinds;
    this.environment = Map.copyOf(environment);
  }

  /** Binds a whole tree. */
  public <R extends Record> R bind(Class<R> type, ConfigNode.Mapping root) {
    return type.cast(bindRecord(type, root, ""));
  }

  private Record bindRecord(Class<? extends Record> type, ConfigNode.Mapping section, String path) {
    Map<String, RecordComponent> components = RecordKeys.of(type);
    for (String key : section.entries().keySet()) {
      if (!components.containsKey(key)) {
        throw ConfigException.at(
            section.placeOf(key),
            KnownNames.notKnown(join(path, key), key, new TreeSet<>(components.keySet())));
      }
    }
    Object[] values = new Object[components.size()];
    int i = 0;
    for (Map.Entry<String, RecordComponent> entry : components.entrySet()) {
      values[i++] = bindComponent(entry.getValue(), entry.getKey(), section, path);
    }
    return construct(type, values, components.keySet(), section, path);
  }

  private @Nullable Object bindComponent(
      RecordComponent component, String key, ConfigNode.Mapping section, String path) {
    String fullKey = join(path, key);
    ConfigNode value = givenOrDefault(component, section, key, fullKey);
    if (value instanceof ConfigNode.Scalar scalar
        && scalar.isNull()
        && RecordKeys.isNullable(component)) {
      return null;
    }
    return bindValue(component.getGenericType(), value, fullKey);
  }

  private static ConfigNode givenOrDefault(
      RecordComponent component, ConfigNode.Mapping section, String key, String fullKey) {
    ConfigNode given = section.entries().get(key);
    ConfigNode standard = defaultOf(component, fullKey);
    if (given == null) {
      if (standard == null) {
        throw ConfigException.at(section.place(), fullKey + " is missing" + meaning(component));
      }
      return standard;
    }
    return standard == null ? given : ConfigNode.Mapping.overlay(standard, given);
  }

  private static String meaning(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    return key == null ? "" : ": " + key.value();
  }

  private static @Nullable ConfigNode defaultOf(RecordComponent component, String fullKey) {
    Key key = component.getAnnotation(Key.class);
    String place = "the default of " + fullKey;
    if (key != null && !key.defaultValue().equals(Key.REQUIRED)) {
      return YamlReader.readValue(key.defaultValue(), place);
    }
    // A section that nobody gives is one without keys; those that it needs are then missing.
    return component.getType().isRecord() && component.getType() != Selected.class
        ? ConfigNode.Mapping.empty(place)
        : null;
  }

  private Object bindValue(Type type, ConfigNode node, String path) {
    if (type instanceof ParameterizedType generic) {
      return bindGeneric(generic, node, path);
    }
    Class<?> target = (Class<?>) type;
    if (target == int.class || target == Integer.class) {
      return Scalars.toInt(node, path);
    }
    if (target == long.class || target == Long.class) {
      return Scalars.toLong(node, path);
    }
    if (target == double.class || target == Double.class) {
      return Scalars.toDouble(node, path);
    }
    if (target == boolean.class || target == Boolean.class) {
      return Scalars.toBoolean(node, path);
    }
    if (target == String.class) {
      return Scalars.toText(node, path, environment);
    }
    if (target == Path.class) {
      return bindPath(node, path);
    }
    if (target.isEnum()) {
      return bindEnum(target, node, path);
    }
    if (target.isRecord()) {
      return bindRecord(target.asSubclass(Record.class), section(node, path), path);
    }
    if (RecordKeys.isChoice(target)) {
      return bindSealed(target, node, path);
    }
    throw new IllegalArgumentException(path + ": a key cannot have the type " + target.getName());
  }

  private Object bindGeneric(ParameterizedType type, ConfigNode node, String path) {
    Type last = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
    if (type.getRawType() == List.class) {
      return bindList(last, node, path);
    }
    if (type.getRawType() == Map.class && type.getActualTypeArguments()[0] == String.class) {
      return bindMap(last, node, path);
    }
    if (type.getRawType() == Selected.class) {
      return bindSelected(RecordKeys.kindOf(type), section(node, path), path);
    }
    throw new IllegalArgumentException(path + ": a key cannot have the type " + type);
  }

  private List<Object> bindList(Type itemType, ConfigNode node, String path) {
    if (!(node instanceof ConfigNode.Sequence sequence)) {
      throw Scalars.wrong(node, path, "a list", "; write it in [brackets]");
    }
    List<Object> items = new ArrayList<>();
    for (ConfigNode item : sequence.items()) {
      items.add(bindValue(itemType, item, path + "[" + items.size() + "]"));
    }
    return Collections.unmodifiableList(items);
  }

  private Map<String, Object> bindMap(Type valueType, ConfigNode node, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    section(node, path)
        .entries()
        .forEach((key, value) -> values.put(key, bindValue(valueType, value, join(path, key))));
    return Collections.unmodifiableMap(values);
  }

  private Path bindPath(ConfigNode node, String path) {
    String text = Scalars.toText(node, path, environment);
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigException(
          node.place() + ": " + path + ": '" + text + "' is not a path: " + e.getReason(), e);
    }
  }

  private static Object bindEnum(Class<?> type, ConfigNode node, String path) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(KeyNames.kebab(((Enum<?>) constant).name()), constant);
    }
    String expected = "one of " + String.join(", ", constants.keySet());
    if (!(node instanceof ConfigNode.Scalar scalar) || scalar.isNull()) {
      throw Scalars.wrong(node, path, expected, "");
    }
    Object constant = constants.get(scalar.text());
    if (constant == null) {
      throw Scalars.wrong(
          node, path, expected, KnownNames.suggestion(scalar.text(), constants.keySet()));
    }
    return constant;
  }

  private Record bindSealed(Class<?> type, ConfigNode node, String path) {
    Map<String, Class<? extends Record>> cases = RecordKeys.casesOf(type);
    ConfigNode.Mapping section = section(node, path);
    String name = typeOf(section, path, cases.keySet());
    return bindRecord(Objects.requireNonNull(cases.get(name)), section.without(TYPE), path);
  }

  private Selected<?> bindSelected(Class<?> kind, ConfigNode.Mapping section, String path) {
    Map<String, ComponentFactory<?>> factories = kinds.of(kind);
    String name = typeOf(section, path, factories.keySet());
    ComponentFactory<?> factory = Objects.requireNonNull(factories.get(name));
    Record options = bindRecord(factory.configType(), section.without(TYPE), path);
    return new Selected<>(name, factory, options);
  }

  private static String typeOf(ConfigNode.Mapping section, String path, Set<String> known) {
    String key = join(path, TYPE);
    ConfigNode type = section.entries().get(TYPE);
    if (type == null) {
      throw ConfigException.at(
          section.place(), key + " is missing; known: " + String.join(", ", known));
    }
    if (!(type instanceof ConfigNode.Scalar scalar) || scalar.isNull()) {
      throw Scalars.wrong(type, key, "one of " + String.join(", ", known), "");
    }
    if (!known.contains(scalar.text())) {
      throw ConfigException.at(
          type.place(), KnownNames.unknown(key, scalar.text(), new TreeSet<>(known)));
    }
    return scalar.text();
  }

  private static ConfigNode.Mapping section(ConfigNode node, String path) {
    if (node instanceof ConfigNode.Mapping mapping) {
      return mapping;
    }
    throw Scalars.wrong(node, path, "a section of keys and values", "");
  }

  private static Record construct(
      Class<? extends Record> type,
      Object[] values,
      Set<String> keys,
      ConfigNode.Mapping section,
      String path) {
    try {
      return RecordKeys.constructor(type).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused(refused, keys, section, path);
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  /** Finds the key that a record's own check speaks of, to say where it stands. */
  private static ConfigException refused(
      IllegalArgumentException refused, Set<String> keys, ConfigNode.Mapping section, String path) {
    String message = String.valueOf(refused.getMessage());
    for (String key : keys) {
      if (message.startsWith(key + " ") || message.startsWith(key + ".")) {
        return new ConfigException(section.placeOf(key) + ": " + join(path, message), refused);
      }
    }
    return new ConfigException(
        section.place() + ": " + (path.isEmpty() ? "" : path + ": ") + message, refused);
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
