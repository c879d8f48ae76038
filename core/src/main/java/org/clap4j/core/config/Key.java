package org.clap4j.core.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a configuration key means and what it is when nobody sets it. It stands on the
 * components of a configuration record; the key's name is the component's in kebab-case.
 *
 * <pre>{@code
 * public record Cnn14Config(
 *     @Key(value = "channels of the first block; PANNs has 64", defaultValue = "64") int baseChannels) {}
 * }</pre>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

  /** Marks a key that has no default: a configuration without it is refused. */
  String REQUIRED = "\u0000required";

  /** What the key means, with its unit and range. */
  String value();

  /** The default, written as in YAML; {@code "null"} for a component that may be absent. */
  String defaultValue() default REQUIRED;
}
