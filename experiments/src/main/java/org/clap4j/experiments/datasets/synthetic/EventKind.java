package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** What an event's strokes sound like, and the plural nouns that name them. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the functions have no state
enum EventKind {
  RISING_CHIRP(Strokes::risingChirp, "rising chirps", "upward chirps"),
  FALLING_CHIRP(Strokes::fallingChirp, "falling chirps", "downward chirps"),
  CLICK(Strokes::click, "clicks", "ticks"),
  BELL(Strokes::bell, "bells", "chimes"),
  BUZZ(Strokes::buzz, "buzzes", "buzzing pulses"),
  NOISE_BURST(Strokes::noiseBurst, "noise bursts", "whooshes"),
  WARBLE(Strokes::warble, "warbles", "trills"),
  DRIP(Strokes::drip, "drips", "droplets");

  private final Stroke stroke;
  private final List<String> nouns;

  EventKind(Stroke stroke, String... nouns) {
    this.stroke = stroke;
    this.nouns = List.of(nouns);
  }

  Stroke stroke() {
    return stroke;
  }

  List<String> nouns() {
    return nouns;
  }
}
