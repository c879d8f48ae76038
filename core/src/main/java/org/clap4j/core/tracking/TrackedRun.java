package org.clap4j.core.tracking;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The run that a tracker is opened for.
 *
 * @param name the name people see, {@code esc10-cnn14-20260131T201500}
 * @param directory the run directory, which exists
 * @param resumedAtStep the step of the checkpoint that training goes on from; empty for a new run
 */
public record TrackedRun(String name, Path directory, OptionalLong resumedAtStep) {

  public TrackedRun {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a run needs a name, was blank");
    }
  }

  /** A run that starts at step 0. */
  public static TrackedRun fresh(String name, Path directory) {
    return new TrackedRun(name, directory, OptionalLong.empty());
  }

  /** A run that goes on after the checkpoint of {@code step}. */
  public static TrackedRun resumed(String name, Path directory, long step) {
    return new TrackedRun(name, directory, OptionalLong.of(step));
  }
}
