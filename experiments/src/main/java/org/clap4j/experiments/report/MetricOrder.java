package org.clap4j.experiments.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In which order metrics are shown, and which of their values are good. */
public final class MetricOrder {

  private static final List<String> SECTIONS = List.of("train", "val", "test", "system");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /**
   * Training, validation, test, anything else, the system's; losses first; numbers in names by
   * value.
   */
  public static final Comparator<String> COMPARATOR =
      Comparator.comparingInt(MetricOrder::sectionOrder)
          .thenComparing(name -> !name.endsWith("/loss"))
          .thenComparing(MetricOrder::sortable);

  private static final Pattern HEADLINE = Pattern.compile("(.*/)?(accuracy|R_at_1|R_at_10|loss)");

  private static final Pattern PREFIX = Pattern.compile("(.*/)?dim_\\d+/.+");

  private MetricOrder() {}

  /** The metrics that say most about a run, the test part's before the validation part's. */
  public static List<String> headlines(Collection<String> names, int count) {
    List<String> prefixes = List.of("test/", "val/", "train/");
    return prefixes.stream()
        .flatMap(
            prefix -> names.stream().filter(name -> name.startsWith(prefix)).sorted(COMPARATOR))
        .filter(name -> HEADLINE.matcher(name).matches() && !isOfPrefix(name))
        .limit(count)
        .toList();
  }

  private static int sectionOrder(String name) {
    int known = SECTIONS.indexOf(name.substring(0, Math.max(0, name.indexOf('/'))));
    return known == 3 ? 9 : known < 0 ? 5 : known;
  }

  private static String sortable(String name) {
    Matcher numbers = NUMBER.matcher(name);
    return numbers.replaceAll(
        number -> "0".repeat(Math.max(0, 9 - number.group().length())) + number.group());
  }

  /** Whether a metric is of the first elements of embeddings alone: {@code val/dim_64/…}. */
  public static boolean isOfPrefix(String name) {
    return PREFIX.matcher(name).matches();
  }

  /** Whether low values of a metric are the good ones. */
  public static boolean lowIsGood(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("loss") || lower.contains("rank") || lower.contains("error");
  }

  /** Whether a metric says how good a model is, so that its best value means something. */
  static boolean isQuality(String name) {
    return name.startsWith("val/") || name.startsWith("test/") || name.endsWith("/loss");
  }
}
