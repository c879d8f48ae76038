package com.example.clap4j;

import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@code moments}. */
public record MomentsConfig(
    @Key(value = "size of the features, at least 1", defaultValue = "256") int width,
    @Key(value = "front end that the weights are bound to", defaultValue = "{preset: panns}")
        FrontEndConfig frontEnd) {

  /** Checks the range. */
  public MomentsConfig {
    OptionRange.requireAtLeast("width", width, 1);
  }
}
