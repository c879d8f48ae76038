package org.clap4j.experiments.config;

/**
 * What there is to know of a key.
 *
 * @param key its dotted name
 * @param condition for which {@code type} of its section it exists; empty if always
 * @param type what it takes
 * @param defaultValue as in YAML; empty if it must be given
 * @param meaning what it does, with units and range
 */
public record KeyDescription(
    String key, String condition, String type, String defaultValue, String meaning) {}
