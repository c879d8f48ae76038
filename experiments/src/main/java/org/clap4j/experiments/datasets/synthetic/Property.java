package org.clap4j.experiments.datasets.synthetic;

import java.util.List;

/** A value of something that an event of any kind can vary in. */
sealed interface Property permits Pitch, Rate, Loudness {

  /** Adjectives that mean it. */
  List<String> words();
}
