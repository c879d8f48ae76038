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
    String message = what + " '" + name + "' is not known; known: " + String.join(", ", known);
    return closest(name, known)
        .map(guess -> message + ". Did you mean '" + guess + "'?")
        .orElse(message);
  }

  /**
   * Finds the known name with the fewest single-character edits to a given one, if it is near
   * enough to be a slip: at most a third of the name's length, and 1 in any case.
   */
  public static Optional<String> closest(String name, Collection<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int allowed = Math.max(1, name.length() / 3);
    return known.stream()
        .filter(candidate -> edits(wanted, candidate.toLowerCase(Locale.ROOT)) <= allowed)
        .min(
            Comparator.comparingInt(
                candidate -> edits(wanted, candidate.toLowerCase(Locale.ROOT))));
  }

  /** The Levenshtein distance: insertions, deletions and substitutions that turn a into b. */
  private static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
