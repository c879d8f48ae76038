package org.clap4j.training.tracking.mlflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalTracker;
import org.mlflow.api.proto.Service;

/**
 * Turns a journal's entries, read in order, into what a server is to have. A step that training
 * repeated after a resume counts once: what was there first of a metric's step stands. A param that
 * a resume changed, which servers refuse, is named with its new value by the tag {@code
 * param_drift}; how a run ended is told by the tag {@code clap4j.end}.
 */
final class JournalCollector {

  /** Holds the params that a resume changed, {@code optimizer.lr: 1e-3 -> 2e-3}, one a line. */
  static final String DRIFT_TAG = "param_drift";

  /** Holds the message with which the run ended last: that of the exception if it failed. */
  static final String END_TAG = "clap4j.end";

  private final Map<String, Service.Metric> lastPoints = new HashMap<>();
  private final Map<String, String> params = new HashMap<>();
  private final Map<String, String> drifted = new TreeMap<>();

  /** Adds what a batch can carry to it; false if the entry needs a request of its own as well. */
  boolean collect(JournalEntry entry, LogBatch batch) {
    if (entry instanceof JournalEntry.Metrics metrics) {
      metrics.values().forEach((name, value) -> collectMetric(name, value, metrics, batch));
    } else if (entry instanceof JournalEntry.Params settingsOfRun) {
      collectParams(settingsOfRun.values(), batch);
    } else if (entry instanceof JournalEntry.Tags tags) {
      tags.values().forEach(batch::addTag);
      return !tags.values().containsKey(JournalTracker.PARENT_TAG);
    } else if (entry instanceof JournalEntry.Ended ended) {
      if (!ended.message().isBlank()) {
        batch.addTag(END_TAG, ended.message());
      }
      return false;
    } else {
      return entry instanceof JournalEntry.Started;
    }
    return true;
  }

  private void collectMetric(
      String name, double value, JournalEntry.Metrics metrics, LogBatch batch) {
    Service.Metric last = lastPoints.get(name);
    if (last == null || metrics.step() > last.getStep()) {
      lastPoints.put(name, batch.addMetric(name, value, metrics.timeMillis(), metrics.step()));
    }
  }

  private void collectParams(Map<String, String> values, LogBatch batch) {
    Map<String, String> before = Map.copyOf(drifted);
    values.forEach(
        (name, value) -> {
          String first = params.putIfAbsent(name, value);
          if (first == null) {
            batch.addParam(name, value);
          } else if (first.equals(value)) {
            drifted.remove(name);
          } else {
            drifted.put(name, name + ": " + first + " -> " + value);
          }
        });
    if (!drifted.equals(before)) {
      batch.addTag(DRIFT_TAG, drifted.isEmpty() ? "none" : String.join("\n", drifted.values()));
    }
  }

  /** The last points of some metrics, as far as there are any. */
  List<Service.Metric> lastPoints(List<String> names) {
    return names.stream().map(lastPoints::get).filter(Objects::nonNull).toList();
  }

  /** Begins again at the journal's start. */
  void clear() {
    lastPoints.clear();
    params.clear();
    drifted.clear();
  }
}
