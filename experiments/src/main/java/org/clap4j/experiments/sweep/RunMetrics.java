package org.clap4j.experiments.sweep;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.clap4j.experiments.report.MetricOrder;
import org.clap4j.training.MetricMode;
import org.clap4j.training.tracking.JournalSummary;

/**
 * What a run has come to: of the metrics on validation data those of its best checkpoint, and those
 * on test data, which are measured with that checkpoint.
 */
final class RunMetrics {

  private RunMetrics() {}

  /** Metrics by name, in the order to show them. */
  static Map<String, Double> of(JournalSummary journal, String bestMetric, MetricMode mode) {
    long bestStep = bestStep(journal.curve(bestMetric), mode);
    Map<String, Double> metrics = new TreeMap<>(MetricOrder.COMPARATOR);
    journal
        .curves()
        .forEach(
            (name, curve) -> {
              JournalSummary.Point point =
                  name.startsWith("test/")
                      ? curve.lastEntry().getValue()
                      : name.startsWith("val/") ? curve.get(bestStep) : null;
              if (point != null) {
                metrics.put(name, point.value());
              }
            });
    return metrics;
  }

  /** The first of the best steps, as the trainer chooses its best checkpoint. */
  private static long bestStep(NavigableMap<Long, JournalSummary.Point> curve, MetricMode mode) {
    long bestStep = -1;
    double best = mode.worst();
    for (Map.Entry<Long, JournalSummary.Point> point : curve.entrySet()) {
      if (mode.isBetter(point.getValue().value(), best)) {
        best = point.getValue().value();
        bestStep = point.getKey();
      }
    }
    return bestStep;
  }
}
