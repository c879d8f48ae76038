package org.clap4j.training.schedule;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@link ConstantCooldownFactory}. */
public record ConstantCooldownConfig(
    @Key(value = WarmUp.STEPS, defaultValue = "50") long warmupSteps,
    @Key(value = WarmUp.FIRST, defaultValue = "1") int warmupFirst,
    @Key("steps at the end of the run over which the rate falls, at least 1") long cooldownSteps,
    @Key(value = "exponent of the fall, above 0; 1 is linear", defaultValue = "1") double power,
    @Key(value = "learning rate at the end, at least 0", defaultValue = "0") double endLr) {

  /** Checks the ranges. */
  public ConstantCooldownConfig {
    OptionRange.requireAtLeast("cooldown-steps", cooldownSteps, 1);
    OptionRange.requirePositive("power", power);
    OptionRange.requireNotNegative("end-lr", endLr);
    new WarmUp(warmupSteps, warmupFirst);
  }

  WarmUp warmUp() {
    return new WarmUp(warmupSteps, warmupFirst);
  }
}
