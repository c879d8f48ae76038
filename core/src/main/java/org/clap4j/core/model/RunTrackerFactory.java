package org.clap4j.core.model;

import java.io.IOException;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;

/**
 * Opens a tracker for a run.
 *
 * @param <C> its configuration
 */
public interface RunTrackerFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Opens the tracker; it may write into the run's directory.
   *
   * @throws IOException if the run directory cannot be written or holds a record of another kind. A
   *     server that does not answer is no reason to throw.
   */
  RunTracker open(C config, TrackedRun run) throws IOException;
}
