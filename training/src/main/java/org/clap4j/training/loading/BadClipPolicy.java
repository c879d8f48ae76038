package org.clap4j.training.loading;

/** What to do when a clip cannot be read in the middle of training. */
public enum BadClipPolicy {
  /** Stop, naming the clip. */
  FAIL,
  /** Leave the pair out of its step, and warn once per clip. */
  SKIP
}
