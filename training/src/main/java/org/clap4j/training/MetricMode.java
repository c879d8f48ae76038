package org.clap4j.training;

/** Which way a metric is good. */
public enum MetricMode {
  /** Less is better: losses, ranks. */
  MIN,
  /** More is better: accuracies, recalls. */
  MAX;

  /** What every number is better than. */
  public double worst() {
    return this == MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /** Whether a value is better than another one; NaN never is. */
  public boolean isBetter(double value, double than) {
    return this == MIN ? value < than : value > than;
  }
}
