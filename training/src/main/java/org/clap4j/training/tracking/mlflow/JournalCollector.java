package org.clap4j.training.tracking.mlflow;

import java.util.HashMap;
import java.util.Map;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalTracker;

/**
 * Turns a journal's entries, read in order, into what a server is to have. A step that training
 * repeated after a resume counts once: what was there first of a metric's step stands. A param that
 * a resume changed, which servers refuse, becomes a tag {@code param_changed/NAME}.
 */
final class JournalCollector {

  /** The prefix of tags that hold the new value of a param that a resume changed. */
  static final String CHANGED_PARAM = "param_changed/";

  private final Map<String, Long> lastSteps = new HashMap<>();
  private final Map<String, String> params = new HashMap<>();

  /** Adds what a batch can carry to it; false if the entry needs a request of its own as well. */
  boolean collect(JournalEntry entry, LogBatch batch) {
    if (entry instanceof JournalEntry.Metrics metrics) {
      metrics.values().forEach((name, value) -> collectMetric(name, value, metrics, batch));
    } else if (entry instanceof JournalEntry.Params settingsOfRun) {
      settingsOfRun.values().forEach((name, value) -> collectParam(name, value, batch));
    } else if (entry instanceof JournalEntry.Tags tags) {
      tags.values().forEach(batch::addTag);
      return !tags.values().containsKey(JournalTracker.PARENT_TAG);
    } else {
      return entry instanceof JournalEntry.Started;
    }
    return true;
  }

  private void collectMetric(
      String name, double value, JournalEntry.Metrics metrics, LogBatch batch) {
    Long last = lastSteps.get(name);
    if (last == null || metrics.step() > last) {
      lastSteps.put(name, metrics.step());
      batch.addMetric(name, value, metrics.timeMillis(), metrics.step());
    }
  }

  private void collectParam(String name, String value, LogBatch batch) {
    String known = params.putIfAbsent(name, value);
    if (known == null) {
      batch.addParam(name, value);
    } else if (!known.equals(value)) {
      batch.addTag(CHANGED_PARAM + name, value);
    }
  }

  /** Begins again at the journal's start. */
  void clear() {
    lastSteps.clear();
    params.clear();
  }
}
