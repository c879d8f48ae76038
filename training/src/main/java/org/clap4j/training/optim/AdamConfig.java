package org.clap4j.training.optim;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/** Options of {@link AdamFactory}. */
public record AdamConfig(
    @Key(value = "learning rate that the schedule starts from, above 0", defaultValue = "1e-3")
        double lr,
    @Key(value = "decay of the mean of gradients, in [0, 1)", defaultValue = "0.9") double beta1,
    @Key(value = "decay of the mean of squared gradients, in [0, 1)", defaultValue = "0.999")
        double beta2,
    @Key(value = "added to the root after bias correction, above 0", defaultValue = "1e-8")
        double eps,
    @Key(
            value =
                "share of a weight that is added to its gradient (L2, coupled), at least 0; biases,"
                    + " norms and one-dimensional parameters are spared",
            defaultValue = "0")
        double weightDecay) {

  /** Checks the ranges. */
  public AdamConfig {
    OptionRange.requirePositive("lr", lr);
    OptionRange.requireBelowOne("beta1", beta1);
    OptionRange.requireBelowOne("beta2", beta2);
    OptionRange.requirePositive("eps", eps);
    OptionRange.requireNotNegative("weight-decay", weightDecay);
  }
}
