package org.clap4j.training;

import java.util.List;

/** Ends a run because a loss or a gradient was NaN or infinite; names the step and its clips. */
public final class NonFiniteException extends RuntimeException {

  private final long step;
  private final List<String> clipNames;

  NonFiniteException(long step, String what, List<String> clipNames) {
    super(
        "step "
            + step
            + ": "
            + what
            + "; the model keeps the state before this step, and the last checkpoint is good."
            + " Lower optimizer.lr, look for damaged clips, or set training.on-nonfinite=skip."
            + " Clips of the step: "
            + String.join(", ", clipNames));
    this.step = step;
    this.clipNames = List.copyOf(clipNames);
  }

  /** The step, counted from 1. */
  public long step() {
    return step;
  }

  /** The step's clips. */
  public List<String> clipNames() {
    return clipNames;
  }
}
