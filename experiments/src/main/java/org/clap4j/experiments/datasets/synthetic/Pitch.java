package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** How high an event sounds: the range of its base frequency. The two are two octaves apart. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the functions have no state
enum Pitch implements Property {
  LOW(new Range(220, 360), "low", "low-pitched", "deep"),
  HIGH(new Range(1300, 2100), "high", "high-pitched", "shrill");

  private final Range hertz;
  private final List<String> words;

  Pitch(Range hertz, String... words) {
    this.hertz = hertz;
    this.words = List.of(words);
  }

  Range hertz() {
    return hertz;
  }

  @Override
  public List<String> words() {
    return words;
  }
}
