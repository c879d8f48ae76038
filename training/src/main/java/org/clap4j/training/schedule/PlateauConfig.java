package org.clap4j.training.schedule;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;
import org.clap4j.training.MetricMode;

/** Options of {@link PlateauFactory}. */
public record PlateauConfig(
    @Key(
            value =
                "evaluation metric that is watched, as it is logged; or train/loss, its mean from"
                    + " evaluation to evaluation",
            defaultValue = "val/text_to_audio/R_at_1")
        String metric,
    @Key(value = "which way the metric is good: min or max", defaultValue = "max") MetricMode mode,
    @Key(value = "what the rate is multiplied with, in (0, 1)", defaultValue = "0.1") double factor,
    @Key(value = "evaluations without gain that are tolerated, at least 0", defaultValue = "10")
        int patience,
    @Key(value = "relative gain that counts as one, at least 0", defaultValue = "1e-4")
        double threshold,
    @Key(
            value = "evaluations after a reduction that are not counted, at least 0",
            defaultValue = "0")
        int cooldown,
    @Key(value = "the rate never falls below this, at least 0", defaultValue = "0") double minLr) {

  /** Checks the ranges. */
  public PlateauConfig {
    if (metric.isBlank()) {
      throw new IllegalArgumentException("metric must name an evaluation metric, was blank");
    }
    if (metric.equals(TrainLossPlateau.METRIC) && mode != MetricMode.MIN) {
      throw new IllegalArgumentException("mode must be min to watch " + metric + ", was max");
    }
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("factor must be in (0, 1), was " + factor);
    }
    OptionRange.requireAtLeast("patience", patience, 0);
    OptionRange.requireNotNegative("threshold", threshold);
    OptionRange.requireAtLeast("cooldown", cooldown, 0);
    OptionRange.requireNotNegative("min-lr", minLr);
  }
}
