package org.clap4j.experiments.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.clap4j.core.model.ComponentFactory;

/** Every component that a configuration can choose, by kind and name. */
public final class ComponentKinds {

  private final Map<Class<?>, Map<String, ComponentFactory<?>>> kinds;

  private ComponentKinds(Map<Class<?>, Map<String, ComponentFactory<?>>> kinds) {
    this.kinds = new LinkedHashMap<>(kinds);
  }

  /** Knows nothing. */
  public static ComponentKinds none() {
    return new ComponentKinds(Map.of());
  }

  /** Knows the factories of one more kind. */
  public ComponentKinds with(
      Class<?> kind, Map<String, ? extends ComponentFactory<?>> factoriesByName) {
    ComponentKinds more = new ComponentKinds(kinds);
    more.kinds.put(kind, new TreeMap<>(factoriesByName));
    return more;
  }

  /** The factories of a kind by name, sorted. */
  public Map<String, ComponentFactory<?>> of(Class<?> kind) {
    Map<String, ComponentFactory<?>> factories = kinds.get(kind);
    if (factories == null) {
      throw new IllegalStateException("no components of the kind " + kind.getName() + " are bound");
    }
    return factories;
  }
}
