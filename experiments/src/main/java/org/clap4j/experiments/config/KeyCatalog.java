package org.clap4j.experiments.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.clap4j.core.config.Key;
import org.clap4j.core.model.Selected;

/**
 * Lists every key that a configuration may have, plug-ins' included. A loss that is made of losses
 * may go on for ever: of a section within one of its own kind, only the type is listed.
 */
public final class KeyCatalog {

  private final ComponentKinds kinds;
  private final List<KeyDescription> keys = new ArrayList<>();

  /** The kinds of the sections around the one that is being listed. */
  private final Set<Class<?>> open = new HashSet<>();

  private KeyCatalog(ComponentKinds kinds) {
    this.kinds = kinds;
  }

  /** Lists the keys of a record, and of what its sections may choose. */
  public static List<KeyDescription> of(Class<? extends Record> type, ComponentKinds kinds) {
    KeyCatalog catalog = new KeyCatalog(kinds);
    catalog.addRecord(type, "", "");
    return List.copyOf(catalog.keys);
  }

  private void addRecord(Class<?> type, String path, String condition) {
    RecordKeys.of(type)
        .forEach(
            (key, component) -> addComponent(component, ConfigBinder.join(path, key), condition));
  }

  private void addComponent(RecordComponent component, String path, String condition) {
    Type type = component.getGenericType();
    if (type instanceof ParameterizedType generic && generic.getRawType() == Selected.class) {
      addSelected(component, generic, path, condition);
    } else if (type instanceof ParameterizedType generic && isMapToRecords(generic)) {
      addRecord((Class<?>) generic.getActualTypeArguments()[1], path + ".NAME", condition);
    } else if (component.getType().isRecord()) {
      addRecord(component.getType(), path, condition);
    } else if (RecordKeys.isChoice(component.getType())) {
      addSealed(component, path, condition);
    } else {
      add(component, path, condition, typeName(type), defaultOf(component));
    }
  }

  private void addSelected(
      RecordComponent component, ParameterizedType type, String path, String condition) {
    Class<?> kind = RecordKeys.kindOf(type);
    var factories = kinds.of(kind);
    String typeKey = ConfigBinder.join(path, ConfigBinder.TYPE);
    String names = factories.isEmpty() ? "none bound" : String.join(" | ", factories.keySet());
    add(component, typeKey, condition, names, typeOfDefault(component));
    if (open.add(kind)) {
      factories.forEach(
          (name, factory) -> addRecord(factory.configType(), path, typeKey + ": " + name));
      open.remove(kind);
    }
  }

  private static boolean isMapToRecords(ParameterizedType type) {
    return type.getRawType() == Map.class
        && type.getActualTypeArguments()[1] instanceof Class<?> value
        && value.isRecord();
  }

  private void addSealed(RecordComponent component, String path, String condition) {
    var cases = RecordKeys.casesOf(component.getType());
    String typeKey = ConfigBinder.join(path, ConfigBinder.TYPE);
    String names = String.join(" | ", cases.keySet());
    add(component, typeKey, condition, names, typeOfDefault(component));
    cases.forEach((name, record) -> addRecord(record, path, typeKey + ": " + name));
  }

  private void add(
      RecordComponent component, String path, String condition, String type, String standard) {
    Key key = component.getAnnotation(Key.class);
    String meaning = key == null ? "" : key.value();
    keys.add(new KeyDescription(path, condition, type, standard, meaning));
  }

  private static String defaultOf(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    return key == null || key.defaultValue().equals(Key.REQUIRED) ? "" : key.defaultValue();
  }

  private static String typeOfDefault(RecordComponent component) {
    String standard = defaultOf(component);
    if (standard.isEmpty()) {
      return "";
    }
    return YamlReader.readValue(standard, "default") instanceof ConfigNode.Mapping section
            && section.entries().get(ConfigBinder.TYPE) instanceof ConfigNode.Scalar name
        ? name.text()
        : standard;
  }

  private static String typeName(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      String item = typeName(arguments[arguments.length - 1]);
      return (generic.getRawType() == List.class ? "list of " : "map to ") + item;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      return Arrays.stream(Objects.requireNonNull(plain.getEnumConstants()))
          .map(constant -> KeyNames.kebab(((Enum<?>) constant).name()))
          .collect(Collectors.joining(" | "));
    }
    return switch (plain.getSimpleName()) {
      case "int", "Integer", "long", "Long" -> "integer";
      case "double", "Double" -> "number";
      case "boolean", "Boolean" -> "true | false";
      case "String" -> "text";
      default -> plain.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }
}
