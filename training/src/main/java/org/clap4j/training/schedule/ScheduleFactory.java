package org.clap4j.training.schedule;

import org.clap4j.core.model.ComponentFactory;

/**
 * Makes a learning-rate schedule.
 *
 * @param <C> its configuration
 */
public interface ScheduleFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Makes the schedule that a configuration describes.
   *
   * @param config its options
   * @param base the optimiser's learning rate
   * @param totalSteps number of steps of the run
   */
  Schedule create(C config, double base, long totalSteps);
}
