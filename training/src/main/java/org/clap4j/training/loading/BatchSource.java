package org.clap4j.training.loading;

import org.clap4j.core.audio.AudioException;

/**
 * An endless sequence of steps, epoch after epoch. One consumer at a time.
 *
 * <pre>{@code
 * try (BatchSource source = ...) {
 *   while (source.position().epoch() < epochs) {
 *     try (StepBatch step = source.next()) { ... }
 *   }
 * }
 * }</pre>
 */
public interface BatchSource extends AutoCloseable {

  /**
   * Waits for the next step's pairs. Whoever takes a step closes it.
   *
   * @throws AudioException if a clip cannot be read; the message names it
   */
  StepBatch next() throws AudioException;

  /** Where the step stands that {@link #next()} gives next: what a checkpoint keeps. */
  BatchPosition position();

  /** Number of steps of one epoch. */
  int stepsPerEpoch();

  /** Stops the background work and frees what was loaded ahead. */
  @Override
  void close();
}
