package org.clap4j.experiments.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads scalars as the type that their target has, and as nothing else: no octal, no {@code yes}
 * for true, no {@code 3.7} for an integer. Strings and paths, and only they, may refer to
 * environment variables: {@code ${NAME}}; {@code $${NAME}} is the text {@code ${NAME}}.
 */
final class Scalars {

  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))([eE][-+]?[0-9]+)?");
  private static final Pattern INFINITY = Pattern.compile("([-+]?)\\.(inf|Inf|INF)");
  private static final Pattern OTHER_BOOLEAN =
      Pattern.compile("yes|no|on|off|y|n|true|false", Pattern.CASE_INSENSITIVE);
  private static final Pattern REFERENCE =
      Pattern.compile("\\$(\\$?)\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

  private Scalars() {}

  static int toInt(ConfigNode node, String path) {
    long value = toLong(node, path);
    if (value != (int) value) {
      throw wrong(node, path, "an integer of at most 32 bits", "");
    }
    return (int) value;
  }

  static long toLong(ConfigNode node, String path) {
    String text = plain(node, path, "an integer");
    if (LEADING_ZERO.matcher(text).matches()) {
      throw wrong(
          node, path, "an integer", "; leave out the leading zero, which some read as octal");
    }
    if (!INTEGER.matcher(text).matches()) {
      throw wrong(node, path, "an integer", "");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw wrong(node, path, "an integer of at most 64 bits", "");
    }
  }

  static double toDouble(ConfigNode node, String path) {
    String text = plain(node, path, "a number");
    Matcher infinity = INFINITY.matcher(text);
    if (infinity.matches()) {
      return infinity.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (LEADING_ZERO.matcher(text).matches()) {
      throw wrong(node, path, "a number", "; leave out the leading zero, which some read as octal");
    }
    if (!NUMBER.matcher(text).matches() || Double.isInfinite(Double.parseDouble(text))) {
      throw wrong(node, path, "a number", "");
    }
    return Double.parseDouble(text);
  }

  static boolean toBoolean(ConfigNode node, String path) {
    String text = plain(node, path, "true or false");
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    String hint =
        OTHER_BOOLEAN.matcher(text).matches() ? "; only true and false are understood" : "";
    throw wrong(node, path, "true or false", hint);
  }

  static String toText(ConfigNode node, String path, Map<String, String> environment) {
    if (!(node instanceof ConfigNode.Scalar scalar) || scalar.isNull()) {
      throw wrong(node, path, "text", "");
    }
    StringBuilder text = new StringBuilder();
    Matcher reference = REFERENCE.matcher(scalar.text());
    while (reference.find()) {
      reference.appendReplacement(
          text, Matcher.quoteReplacement(replacement(reference, scalar, path, environment)));
    }
    return reference.appendTail(text).toString();
  }

  private static String replacement(
      Matcher reference, ConfigNode.Scalar scalar, String path, Map<String, String> environment) {
    if (!reference.group(1).isEmpty()) {
      return reference.group().substring(1);
    }
    String value = environment.get(reference.group(2));
    if (value == null) {
      throw ConfigException.at(
          scalar.place(),
          path
              + " needs the environment variable "
              + reference.group(2)
              + ", which is not set; export it, or give "
              + path
              + "=... after the file");
    }
    return value;
  }

  /** Writes text so that {@link #toText} gives it back. */
  static String escaped(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement("$" + found.group()));
  }

  static ConfigException wrong(ConfigNode node, String path, String expected, String hint) {
    return ConfigException.at(
        node.place(), path + ": expected " + expected + ", found " + node.describe() + hint);
  }

  private static String plain(ConfigNode node, String path, String expected) {
    if (!(node instanceof ConfigNode.Scalar scalar)) {
      throw wrong(node, path, expected, "");
    }
    if (scalar.quoted()) {
      throw wrong(node, path, expected, "; remove the quotes");
    }
    if (REFERENCE.matcher(scalar.text()).find()) {
      throw wrong(
          node, path, expected, "; environment variables are replaced in text and paths only");
    }
    return scalar.text();
  }
}
