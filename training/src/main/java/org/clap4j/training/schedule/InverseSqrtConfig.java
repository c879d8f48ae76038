package org.clap4j.training.schedule;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@link InverseSqrtFactory}. */
public record InverseSqrtConfig(
    @Key(value = "steps of linear rise, which also set the fall; at least 1", defaultValue = "50")
        long warmupSteps) {

  /** Checks the ranges. */
  public InverseSqrtConfig {
    OptionRange.requireAtLeast("warmup-steps", warmupSteps, 1);
  }
}
