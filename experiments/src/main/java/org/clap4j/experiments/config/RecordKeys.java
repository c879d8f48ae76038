package org.clap4j.experiments.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at configuration records: their keys, in order, and what they are made by. */
final class RecordKeys {

  private RecordKeys() {}

  /** The components of a record by key, in order. */
  static Map<String, RecordComponent> of(Class<?> type) {
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(KeyNames.kebab(component.getName()), component);
    }
    return components;
  }

  /** Says whether a component may be null. */
  static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** Gives the kind of factory that a {@code Selected<Kind<?>>} chooses from. */
  static Class<?> kindOf(ParameterizedType selected) {
    Type kind = selected.getActualTypeArguments()[0];
    return (Class<?>) (kind instanceof ParameterizedType generic ? generic.getRawType() : kind);
  }

  /** Says whether a type is an interface of a choice of records; enums may be sealed, too. */
  static boolean isChoice(Class<?> type) {
    return type.isSealed() && type.isInterface();
  }

  /**
   * Gives the records of a sealed interface by name: {@code FixedTemperature} of {@code
   * Temperature} is {@code fixed}.
   */
  static Map<String, Class<? extends Record>> casesOf(Class<?> sealed) {
    Map<String, Class<? extends Record>> cases = new LinkedHashMap<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      cases.put(caseName(sealed, permitted), permitted.asSubclass(Record.class));
    }
    return cases;
  }

  /** Gives the name of a record among those of a sealed interface. */
  static String caseName(Class<?> sealed, Class<?> permitted) {
    String name = permitted.getSimpleName();
    String suffix = sealed.getSimpleName();
    boolean hasSuffix = name.endsWith(suffix) && name.length() > suffix.length();
    return KeyNames.kebab(hasSuffix ? name.substring(0, name.length() - suffix.length()) : name);
  }

  /** Gives the canonical constructor. */
  static <R extends Record> Constructor<R> constructor(Class<R> type)
      throws ReflectiveOperationException {
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<R> constructor = type.getDeclaredConstructor(parameters);
    constructor.setAccessible(true);
    return constructor;
  }
}
