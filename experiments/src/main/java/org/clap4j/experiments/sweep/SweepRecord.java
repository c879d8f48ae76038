package org.clap4j.experiments.sweep;

import java.util.ArrayList;
import java.util.List;
import org.clap4j.training.MetricMode;

/**
 * The state of a sweep, kept in {@code sweep.json} of its directory.
 *
 * @param name the sweep's name
 * @param base the configuration that the runs change
 * @param bestMetric the metric that settings are ranked by
 * @param bestMode which way that metric is good
 * @param leftOut how many runs {@code max-runs} left out
 * @param runs the runs, in order
 */
record SweepRecord(
    String name,
    String base,
    String bestMetric,
    MetricMode bestMode,
    long leftOut,
    List<SweepRun> runs) {

  SweepRecord {
    runs = List.copyOf(runs);
  }

  /** The same with another state of one run. */
  SweepRecord with(SweepRun changed) {
    List<SweepRun> updated = new ArrayList<>(runs);
    updated.set(changed.number() - 1, changed);
    return new SweepRecord(name, base, bestMetric, bestMode, leftOut, updated);
  }

  /** The runs of one state. */
  List<SweepRun> in(SweepRun.State state) {
    return runs.stream().filter(run -> run.state() == state).toList();
  }
}
