package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** How loud an event is: the range of its strokes' peak, full scale 1. The two are 13 dB apart. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the functions have no state
enum Loudness implements Property {
  LOUD(new Range(0.32, 0.45), "loud", "strong"),
  FAINT(new Range(0.05, 0.07), "faint", "quiet", "soft");

  private final Range peak;
  private final List<String> words;

  Loudness(Range peak, String... words) {
    this.peak = peak;
    this.words = List.of(words);
  }

  Range peak() {
    return peak;
  }

  @Override
  public List<String> words() {
    return words;
  }
}
