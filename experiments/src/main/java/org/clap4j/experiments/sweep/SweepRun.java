package org.clap4j.experiments.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run of a sweep, and how far it is.
 *
 * @param number counts from 1
 * @param name how people call it
 * @param setting the name without its seed
 * @param axes short names and values of what it sets, its seed left out
 * @param seed its seed; empty if it is the configuration's own
 * @param directory its run directory, relative to the sweep's
 * @param state how far it is
 * @param message why it failed; else empty
 */
public record SweepRun(
    int number,
    String name,
    String setting,
    Map<String, String> axes,
    String seed,
    String directory,
    State state,
    String message) {

  /** How far a run is. */
  public enum State {
    /** Not begun. */
    PLANNED,
    /** At work, or torn down with the whole sweep while it was. */
    RUNNING,
    /** Asked to stop; goes on from its checkpoint. */
    INTERRUPTED,
    FINISHED,
    FAILED
  }

  public SweepRun {
    axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
  }

  SweepRun with(State newState, String newMessage) {
    return new SweepRun(number, name, setting, axes, seed, directory, newState, newMessage);
  }

  /** Whether a sweep that goes on has nothing to do for this run. */
  boolean isOver() {
    return state == State.FINISHED || state == State.FAILED;
  }
}
