package org.clap4j.training.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.clap4j.training.loading.BatchPosition;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come: with model and optimiser, all that is needed to go on.
 *
 * @param step number of finished steps
 * @param position where the data stand for the next step
 * @param updates how often each layer has been updated, by name
 * @param schedule what the schedule remembers
 * @param best the best evaluation so far; null before the first
 * @param nonFiniteSteps steps that were skipped because loss or gradient was not finite
 */
public record TrainingProgress(
    long step,
    BatchPosition position,
    Map<String, Long> updates,
    Map<String, Double> schedule,
    @Nullable BestMetric best,
    long nonFiniteSteps) {

  /** Freezes the maps. */
  public TrainingProgress {
    updates = Collections.unmodifiableMap(new LinkedHashMap<>(updates));
    schedule = Collections.unmodifiableMap(new TreeMap<>(schedule));
  }

  /** The state of a run that has not begun. */
  public static TrainingProgress start() {
    return new TrainingProgress(0, BatchPosition.START, Map.of(), Map.of(), null, 0);
  }

  /** The same place in the run, after an evaluation. */
  public TrainingProgress evaluated(Map<String, Double> newSchedule, @Nullable BestMetric newBest) {
    return new TrainingProgress(step, position, updates, newSchedule, newBest, nonFiniteSteps);
  }
}
