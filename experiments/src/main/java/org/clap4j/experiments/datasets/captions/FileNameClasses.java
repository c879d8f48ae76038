package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.clap4j.core.config.Key;
import org.clap4j.experiments.datasets.AudioFiles;
import org.clap4j.experiments.datasets.DatasetException;

/**
 * Says how file names tell what a clip is. For {@code 7_theo_12.wav}:
 *
 * <pre>{@code
 * file-pattern: "(?<digit>\\d)_(?<speaker>[a-z]+)_\\d+"
 * names: {digit: {"7": seven}}
 * templates: ["{speaker} says {digit}"]
 * }</pre>
 *
 * <p>A class is one value of each attribute (here digit and speaker); the candidates are all
 * combinations of the values that the data has.
 */
public record FileNameClasses(
    @Key("regular expression of a file's name without extension; its named groups are attributes")
        String filePattern,
    @Key(
            value = "spoken names of an attribute's values; a value without one is its own name",
            defaultValue = "{}")
        Map<String, Map<String, String>> names,
    @Key("prompts of a class, averaged; {attribute} stands for the name of its value")
        List<String> templates) {

  private static final Pattern GROUP = Pattern.compile("(?<!\\\\)\\(\\?<([a-zA-Z][a-zA-Z0-9]*)>");

  /** Checks that pattern, names and templates speak of the same attributes. */
  public FileNameClasses {
    try {
      Pattern.compile(filePattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "file-pattern must be a regular expression, was '" + filePattern + "': " + e.getMessage(),
          e);
    }
    List<String> attributes = groups(filePattern);
    if (attributes.isEmpty()) {
      throw new IllegalArgumentException(
          "file-pattern must have a named group, as in (?<digit>\\d), was '" + filePattern + "'");
    }
    for (String name : names.keySet()) {
      if (!attributes.contains(name)) {
        throw new IllegalArgumentException(
            "names has '"
                + name
                + "', which is no group of file-pattern; its groups: "
                + attributes);
      }
    }
    if (templates.isEmpty()) {
      throw new IllegalArgumentException("templates must hold one or more, was []");
    }
    for (String template : templates) {
      for (String attribute : attributes) {
        if (!template.contains("{" + attribute + "}")) {
          throw new IllegalArgumentException(
              "a template must hold {" + attribute + "}, was '" + template + "'");
        }
      }
    }
    names = Map.copyOf(names);
    templates = List.copyOf(templates);
  }

  /** The attributes, in the order of the pattern. */
  List<String> attributes() {
    return groups(filePattern);
  }

  /** Fills a class's values, in the order of the attributes, into every template. */
  List<String> prompts(List<String> values) {
    List<String> attributes = attributes();
    List<String> prompts = new ArrayList<>();
    for (String template : templates) {
      String prompt = template;
      for (int a = 0; a < attributes.size(); a++) {
        Map<String, String> spoken = names.getOrDefault(attributes.get(a), Map.of());
        String name = spoken.getOrDefault(values.get(a), values.get(a));
        prompt = prompt.replace("{" + attributes.get(a) + "}", name);
      }
      prompts.add(prompt);
    }
    return prompts;
  }

  /**
   * Reads the values of the attributes from a clip's name, in the order of the attributes.
   *
   * @throws DatasetException if the name does not fit the pattern
   */
  List<String> valuesOf(Path file) throws DatasetException {
    Matcher matcher = Pattern.compile(filePattern).matcher(AudioFiles.stem(file));
    if (!matcher.matches()) {
      throw new DatasetException(
          file + ": its name does not fit zero-shot.file-pattern '" + filePattern + "'");
    }
    return attributes().stream().map(matcher::group).toList();
  }

  private static List<String> groups(String pattern) {
    List<String> groups = new ArrayList<>();
    Matcher matcher = GROUP.matcher(pattern);
    while (matcher.find()) {
      groups.add(matcher.group(1));
    }
    return groups;
  }
}
