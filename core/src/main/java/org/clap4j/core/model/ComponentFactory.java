package org.clap4j.core.model;

/**
 * Makes a component from its section of a configuration. This is the seam that plug-ins use: one
 * class, bound by name in a {@code MapBinder} of the kind's own sub-interface.
 *
 * @param <C> the configuration, a record whose components carry {@link org.clap4j.core.config.Key}
 */
public interface ComponentFactory<C extends Record> {

  /** The record that the section is bound to. */
  Class<C> configType();
}
