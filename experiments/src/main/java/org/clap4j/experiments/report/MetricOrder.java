package org.clap4j.experiments.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In which order metrics are shown, and which of their values are good. */
final class MetricOrder {

  private static final List<String> SECTIONS = List.of("val", "test", "train", "system");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /**
   * Validation, test, training, anything else, the system's; losses first; numbers in names by
   * value.
   */
  static final Comparator<String> COMPARATOR =
      Comparator.comparingInt(MetricOrder::sectionOrder)
          .thenComparing(name -> !name.endsWith("/loss"))
          .thenComparing(MetricOrder::sortable);

  private MetricOrder() {}

  private static int sectionOrder(String name) {
    int known = SECTIONS.indexOf(name.substring(0, Math.max(0, name.indexOf('/'))));
    return known == 3 ? 9 : known < 0 ? 5 : known;
  }

  private static String sortable(String name) {
    Matcher numbers = NUMBER.matcher(name);
    return numbers.replaceAll(
        number -> "0".repeat(Math.max(0, 9 - number.group().length())) + number.group());
  }

  /** Whether low values of a metric are the good ones. */
  static boolean lowIsGood(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("loss") || lower.contains("rank") || lower.contains("error");
  }

  /** Whether a metric says how good a model is, so that its best value means something. */
  static boolean isQuality(String name) {
    return name.startsWith("val/") || name.startsWith("test/") || name.endsWith("/loss");
  }
}
