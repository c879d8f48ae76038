package org.clap4j.experiments.datasets;

import java.util.List;

/**
 * Sentences with one {@code {}} for a class's name: {@code this is a sound of {}}.
 *
 * @param templates one or more
 */
public record PromptTemplates(List<String> templates) {

  private static final String GAP = "{}";

  /** Checks that each template has one gap. */
  public PromptTemplates {
    templates = List.copyOf(templates);
    if (templates.isEmpty()) {
      throw new IllegalArgumentException("templates must hold one or more, was []");
    }
    for (String template : templates) {
      int gap = template.indexOf(GAP);
      if (gap < 0 || template.indexOf(GAP, gap + 1) >= 0) {
        throw new IllegalArgumentException(
            "a template must hold {} once, for the class's name; was '" + template + "'");
      }
    }
  }

  /** Fills a class's name into every template. */
  public List<String> fill(String className) {
    return templates.stream().map(template -> template.replace(GAP, className)).toList();
  }
}
