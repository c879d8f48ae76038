package org.clap4j.training.schedule;

import java.util.Map;
import java.util.Optional;

/** Gives the learning rate of each step. Not safe for use by several threads. */
@FunctionalInterface
public interface Schedule {

  /** The rate of a step, counted from 0; defined past the end of the run too. */
  double learningRate(long step);

  /** The metric that the schedule wants to be told of, where it depends on one. */
  default Optional<String> watchedMetric() {
    return Optional.empty();
  }

  /** Takes a new value of the watched metric. */
  default void observe(double metric) {}

  /** Takes the loss of a step that is done. */
  default void stepped(double loss) {}

  /** Hears that it is time for an evaluation, whether there is something to evaluate on or not. */
  default void evaluationDue() {}

  /** What it remembers, by name; empty where a step is all that counts. */
  default Map<String, Double> state() {
    return Map.of();
  }

  /** Goes on from what {@link #state()} gave. */
  default void restore(Map<String, Double> state) {}
}
