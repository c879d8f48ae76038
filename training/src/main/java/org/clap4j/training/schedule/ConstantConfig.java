package org.clap4j.training.schedule;

import org.clap4j.core.config.Key;

/** Options of {@link ConstantFactory}. */
public record ConstantConfig(
    @Key(value = WarmUp.STEPS, defaultValue = "0") long warmupSteps,
    @Key(value = WarmUp.FIRST, defaultValue = "1") int warmupFirst) {

  /** Checks the ranges. */
  public ConstantConfig {
    new WarmUp(warmupSteps, warmupFirst);
  }

  WarmUp warmUp() {
    return new WarmUp(warmupSteps, warmupFirst);
  }
}
