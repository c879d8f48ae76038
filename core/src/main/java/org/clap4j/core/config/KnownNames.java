package org.clap4j.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Words the message for a name that nobody knows.
 *
 * <pre>{@code
 * audio-encoder.type 'cn14' is not known; known: cnn14, htsat. Did you mean 'cnn14'?
 * }</pre>
 */
public final class KnownNames {

  private KnownNames() {}

  /**
   * Says what was given, what is known, and what was probably meant.
   *
   * @param what what is named, such as {@code "loss.type"}
   * @param name the name that was given
   * @param known all names there are, in the order to show
   */
  public static String unknown(String what, String name, Collection<String> known) {
    return notKnown(what + " '" + name + "'", name, known);
  }

  /**
   * Says the same of a subject that has the name in it already.
   *
   * @param subject such as {@code "training.stpes"}, where {@code "stpes"} is the name
   * @param name the name that was given
   * @param known all names there are, in the order to show
   */
  public static String notKnown(String subject, String name, Collection<String> known) {
    return subject
        + " is not known; known: "
        + (known.isEmpty() ? "none" : String.join(", ", known))
        + suggestion(name, known);
  }

  /** Gives {@code . Did you mean 'x'?}, or nothing if no name is near. */
  public static String suggestion(String name, Collection<String> known) {
    return closest(name, known).map(guess -> ". Did you mean '" + guess + "'?").orElse("");
  }

  /**
   * Finds the known name with the fewest slips to a given one, if it is near enough: at most a
   * third of the name's length, and 1 in any case. Upper case counts as lower case, and an
   * underscore as a hyphen. Of names that are as near, the first in alphabetical order is taken.
   */
  public static Optional<String> closest(String name, Collection<String> known) {
    String wanted = normal(name);
    int allowed = Math.max(1, name.length() / 3);
    return known.stream()
        .map(candidate -> new Guess(candidate, slips(wanted, normal(candidate))))
        .filter(guess -> guess.slips() <= allowed)
        .min(Comparator.comparingInt(Guess::slips).thenComparing(Guess::name))
        .map(Guess::name);
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Counts the insertions, deletions, substitutions and swaps of neighbours that turn a into b: the
   * optimal string alignment distance.
   */
  private static int slips(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int substituted = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(substituted, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (isSwap(a, i, b, j)) {
          cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
        }
      }
    }
    return cost[a.length()][b.length()];
  }

  private static boolean isSwap(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }

  /** A known name, and how far it is from the given one. */
  private record Guess(String name, int slips) {}
}
