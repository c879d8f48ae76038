package org.clap4j.losses;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@link Triplet}. */
public record TripletConfig(
    @Key(
            value = "by how much a pair is to be more alike than a clip and another's caption",
            defaultValue = "0.2")
        double margin,
    @Key(
            value = "hardest: the most similar negative of each anchor counts; all: each of them",
            defaultValue = "hardest")
        Negatives negatives) {

  /** Which negatives of an anchor count. */
  public enum Negatives {
    HARDEST,
    ALL
  }

  /** Checks the range. */
  public TripletConfig {
    OptionRange.requirePositive("margin", margin);
  }
}
