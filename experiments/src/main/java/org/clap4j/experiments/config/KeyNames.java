package org.clap4j.experiments.config;

import java.util.Locale;

/** How Java names are written as keys. */
final class KeyNames {

  private KeyNames() {}

  /**
   * Writes a Java name in kebab-case: {@code baseChannels} and {@code BASE_CHANNELS} alike. Only
   * underscores part a constant's words: {@code AFF_2D} is {@code aff-2d}.
   */
  static String kebab(String javaName) {
    boolean isConstant = javaName.equals(javaName.toUpperCase(Locale.ROOT));
    String words =
        isConstant
            ? javaName
            : javaName
                .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1-$2");
    return words.replace('_', '-').toLowerCase(Locale.ROOT);
  }
}
