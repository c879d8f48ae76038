package org.clap4j.training.optim;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@link SgdFactory}. */
public record SgdConfig(
    @Key(value = "learning rate that the schedule starts from, above 0", defaultValue = "1e-2")
        double lr,
    @Key(value = "share of the last step that is kept, in [0, 1)", defaultValue = "0.9")
        double momentum,
    @Key(value = "looks ahead by one step of momentum (Nesterov)", defaultValue = "false")
        boolean nesterov,
    @Key(
            value =
                "share of a weight that is added to its gradient, at least 0; biases, norms and"
                    + " one-dimensional parameters are spared",
            defaultValue = "0")
        double weightDecay) {

  /** Checks the ranges. */
  public SgdConfig {
    OptionRange.requirePositive("lr", lr);
    OptionRange.requireBelowOne("momentum", momentum);
    OptionRange.requireNotNegative("weight-decay", weightDecay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("nesterov needs momentum above 0, was 0.0");
    }
  }
}
