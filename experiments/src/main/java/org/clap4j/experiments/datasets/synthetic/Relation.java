package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** How the events of a scene stand to one another, and the sentences that say so. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the functions have no state
enum Relation {
  /** One event alone. */
  ALONE("{x} {b}", "you hear {x} {b}", "there are {x} {b}", "the sound of {x} {b}", "only {x} {b}"),

  /** The first event, then the second. */
  THEN(
      "{x} , then {y} {b}",
      "{x} followed by {y} {b}",
      "{y} after {x} {b}",
      "first {x} , later {y} {b}",
      "{x} before {y} {b}"),

  /** Both events at once; their order says nothing. */
  WHILE(
      "{x} while there are {y} {b}",
      "{x} and {y} at once {b}",
      "{x} together with {y} {b}",
      "both {x} and {y} {b}",
      "{x} mixed with {y} {b}");

  private final List<String> sentences;

  Relation(String... sentences) {
    this.sentences = List.of(sentences);
  }

  /**
   * Sentences with {@code {x}} and {@code {y}} for the events and {@code {b}} for the background.
   */
  List<String> sentences() {
    return sentences;
  }

  /** Number of events. */
  int events() {
    return this == ALONE ? 1 : 2;
  }
}
