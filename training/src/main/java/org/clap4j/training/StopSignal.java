package org.clap4j.training;

import java.util.concurrent.atomic.AtomicBoolean;

/** A wish to stop after the current step, from any thread: a signal handler's. */
public final class StopSignal {

  private final AtomicBoolean requested = new AtomicBoolean();

  /** Asks the trainer to write a checkpoint after the current step and to return. */
  public void request() {
    requested.set(true);
  }

  /** Whether somebody has asked. */
  public boolean isRequested() {
    return requested.get();
  }
}
