package org.clap4j.core.data;

/** What to do about clips that are missing or damaged. */
public enum OnBadClip {
  /** Stop, and name them. */
  FAIL,
  /** Go on without them, and say so. */
  SKIP
}
