package org.clap4j.experiments.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** How Java names are written as keys, and which known name someone may have meant. */
final class KeyNames {

  private KeyNames() {}

  /** Writes a Java name in kebab-case: {@code baseChannels} and {@code BASE_CHANNELS} alike. */
  static String kebab(String javaName) {
    return javaName
        .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
        .replaceAll("([A-Z])([A-Z][a-z])", "$1-$2")
        .replace('_', '-')
        .toLowerCase(Locale.ROOT);
  }

  /** Says that a name is not known, which are, and which one may have been meant. */
  static String notKnown(String subject, String found, Collection<String> known) {
    return subject
        + " is not known; known: "
        + (known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known)))
        + suggestion(found, known);
  }

  /** Gives {@code . Did you mean 'x'?}, or nothing if no name is near. */
  static String suggestion(String found, Collection<String> known) {
    return nearest(found, known).map(name -> ". Did you mean '" + name + "'?").orElse("");
  }

  private static Optional<String> nearest(String found, Collection<String> known) {
    String wanted = found.toLowerCase(Locale.ROOT).replace('_', '-');
    int tolerance = Math.max(1, wanted.length() / 3);
    return known.stream()
        .filter(name -> distance(wanted, name) <= tolerance)
        .min(
            Comparator.comparingInt((String name) -> distance(wanted, name)).thenComparing(n -> n));
  }

  /** Counts insertions, deletions, replacements and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
