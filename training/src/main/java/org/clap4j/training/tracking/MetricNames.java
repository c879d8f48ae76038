package org.clap4j.training.tracking;

import java.util.regex.Pattern;

/** Names that every tracking server takes. MLflow refuses a whole request for one other. */
public final class MetricNames {

  private static final int MAX_LENGTH = 250;
  private static final Pattern REFUSED = Pattern.compile("[^A-Za-z0-9_\\-. :/]");
  private static final Pattern RELATIVE_SEGMENT = Pattern.compile("(?<=^|/)\\.{0,2}(?=/|$)");
  private static final Pattern UPWARDS = Pattern.compile("^\\.\\.");

  private MetricNames() {}

  /** The name of a model, which has none of {@code / : . % " '}, with {@code -} for these. */
  public static String ofModel(String name) {
    return name.replaceAll("[/:.%\"']", "-");
  }

  /**
   * The name of a metric, param or tag: letters, digits and {@code _ - . space : /}, at most 250
   * characters. That is the name with {@code @} spelt out as {@code _at_}, and any other refused
   * character, path segment (empty, {@code .}, {@code ..}) or beginning ({@code ..}) as {@code _}.
   */
  public static String sanitise(String name) {
    String characters = REFUSED.matcher(name.replace("@", "_at_")).replaceAll("_");
    String legal = withoutRelativeSegments(characters);
    if (legal.length() <= MAX_LENGTH) {
      return legal;
    }
    // What is cut may end in a segment that it had not before, or in none.
    String cut = legal.substring(0, MAX_LENGTH);
    return withoutRelativeSegments(cut.endsWith("/") ? cut.substring(0, MAX_LENGTH - 1) : cut);
  }

  private static String withoutRelativeSegments(String name) {
    String segments = RELATIVE_SEGMENT.matcher(name).replaceAll("_");
    return UPWARDS.matcher(segments).replaceFirst("_");
  }
}
