package org.clap4j.training.schedule;

import java.util.Map;
import java.util.Optional;
import org.clap4j.training.MetricMode;

/**
 * Lowers the rate when a metric has not become better for more than {@code patience} evaluations.
 * Better means below best (1 - threshold) for a metric that is good when small, above best (1 +
 * threshold) for the other kind. While it cools down after a reduction, bad evaluations do not
 * count.
 */
final class Plateau implements Schedule {

  private static final String RATE = "learning-rate";
  private static final String BEST = "best";
  private static final String BAD = "bad-evaluations";
  private static final String COOLDOWN = "cooldown-left";

  /** Torch leaves the rate alone when it would change by less. */
  private static final double LEAST_CHANGE = 1e-8;

  private final PlateauConfig config;
  private double rate;
  private double best;
  private int badEvaluations;
  private int cooldownLeft;

  Plateau(PlateauConfig config, double base) {
    this.config = config;
    this.rate = base;
    this.best = config.mode().worst();
  }

  @Override
  public double learningRate(long step) {
    return rate;
  }

  @Override
  public Optional<String> watchedMetric() {
    return Optional.of(config.metric());
  }

  @Override
  public void observe(double metric) {
    if (config.mode().isBetter(metric, bar())) {
      best = metric;
      badEvaluations = 0;
    } else {
      badEvaluations++;
    }
    if (cooldownLeft > 0) {
      cooldownLeft--;
      badEvaluations = 0;
    }
    if (badEvaluations > config.patience()) {
      reduce();
      cooldownLeft = config.cooldown();
      badEvaluations = 0;
    }
  }

  private double bar() {
    double sign = config.mode() == MetricMode.MIN ? -1 : 1;
    return best * (1 + sign * config.threshold());
  }

  private void reduce() {
    double lower = Math.max(rate * config.factor(), config.minLr());
    if (rate - lower > LEAST_CHANGE) {
      rate = lower;
    }
  }

  @Override
  public Map<String, Double> state() {
    return Map.of(
        RATE, rate, BEST, best, BAD, (double) badEvaluations, COOLDOWN, (double) cooldownLeft);
  }

  @Override
  public void restore(Map<String, Double> state) {
    rate = value(state, RATE);
    best = value(state, BEST);
    badEvaluations = (int) value(state, BAD);
    cooldownLeft = (int) value(state, COOLDOWN);
  }

  static double value(Map<String, Double> state, String name) {
    Double value = state.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the schedule's state has no '"
              + name
              + "', only "
              + state.keySet()
              + "; it was written by another kind of schedule");
    }
    return value;
  }
}
