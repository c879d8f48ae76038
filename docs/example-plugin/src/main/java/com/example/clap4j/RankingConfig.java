package com.example.clap4j;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@code ranking}. */
public record RankingConfig(
    @Key(
            value = "by how much the right cosine must exceed a wrong one, above 0",
            defaultValue = "0.2")
        double margin) {

  /** Checks the range. */
  public RankingConfig {
    OptionRange.requirePositive("margin", margin);
  }
}
