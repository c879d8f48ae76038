package org.clap4j.experiments.sweep;

import java.util.List;

/**
 * A metric over seeds.
 *
 * @param values one of each run, at least one
 */
record Statistic(List<Double> values) {

  Statistic {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a statistic needs a value, got none");
    }
  }

  double mean() {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** The sample's standard deviation, of n - 1 degrees of freedom; NaN for a single value. */
  double standardDeviation() {
    if (values.size() == 1) {
      return Double.NaN;
    }
    double mean = mean();
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.size() - 1));
  }
}
