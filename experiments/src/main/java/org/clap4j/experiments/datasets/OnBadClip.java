package org.clap4j.experiments.datasets;

/** What to do about clips that are missing or damaged. */
public enum OnBadClip {
  /** Refuse the dataset and list them. */
  FAIL,
  /** Go on without them and say how many there were. */
  SKIP
}
