package org.clap4j.encoders.weights;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of arrays by patterns, in which {@code *} stands for any characters: {@code head.*}.
 *
 * @param patterns in their given form
 */
public record NamePatterns(List<String> patterns) {

  /** Copies the list. */
  public NamePatterns {
    patterns = List.copyOf(patterns);
  }

  /** No name matches. */
  public static NamePatterns none() {
    return new NamePatterns(List.of());
  }

  /** Whether any pattern covers the whole name. */
  public boolean match(String name) {
    return patterns.stream().anyMatch(pattern -> name.matches(regex(pattern)));
  }

  private static String regex(String pattern) {
    return Arrays.stream(pattern.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }
}
