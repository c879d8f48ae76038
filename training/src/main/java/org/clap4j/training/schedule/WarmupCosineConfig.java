package org.clap4j.training.schedule;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@link WarmupCosineFactory}. */
public record WarmupCosineConfig(
    @Key(value = WarmUp.STEPS, defaultValue = "50") long warmupSteps,
    @Key(value = WarmUp.FIRST, defaultValue = "1") int warmupFirst,
    @Key(
            value = "share of the learning rate that is left at the end, in [0, 1]",
            defaultValue = "0")
        double minRatio) {

  /** Checks the ranges. */
  public WarmupCosineConfig {
    OptionRange.requireShare("min-ratio", minRatio);
    new WarmUp(warmupSteps, warmupFirst);
  }

  WarmUp warmUp() {
    return new WarmUp(warmupSteps, warmupFirst);
  }
}
