package org.clap4j.training;

import java.nio.file.Path;
import java.util.Map;

/** Follows a run while it goes on: a progress bar. Called on the trainer's thread. */
public interface TrainingListener {

  /** Training begins, or goes on, after so many finished steps of so many. */
  default void started(long finishedSteps, long totalSteps, int stepsPerEpoch) {}

  /** A step is done. */
  default void stepped(StepReport report) {}

  /** Something looks wrong, which is told once in a run. */
  default void warned(long step, String message) {}

  /** An evaluation begins. */
  default void evaluating(long step) {}

  /** An evaluation is done. */
  default void evaluated(long step, Map<String, Double> metrics) {}

  /** A checkpoint is written. */
  default void checkpointed(long step, Path directory) {}

  /** Hears nothing. */
  static TrainingListener silent() {
    return new TrainingListener() {};
  }
}
