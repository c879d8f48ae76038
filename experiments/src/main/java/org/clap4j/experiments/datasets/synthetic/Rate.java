package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** How fast the strokes of an event follow one another. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the functions have no state
enum Rate implements Property {
  SLOW(new Range(1.9, 2.6), "slow", "unhurried", "leisurely"),
  FAST(new Range(5.5, 7.5), "fast", "rapid", "quick");

  private final Range strokesPerSecond;
  private final List<String> words;

  Rate(Range strokesPerSecond, String... words) {
    this.strokesPerSecond = strokesPerSecond;
    this.words = List.of(words);
  }

  Range strokesPerSecond() {
    return strokesPerSecond;
  }

  @Override
  public List<String> words() {
    return words;
  }
}
