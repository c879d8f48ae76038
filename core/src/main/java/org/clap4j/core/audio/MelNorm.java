package org.clap4j.core.audio;

/** How the triangles of a mel filter bank are scaled. */
public enum MelNorm {
  /** To unit area: 2 / (upper - lower corner in Hz). */
  SLANEY,
  /** Not at all: peaks of 1. */
  NONE
}
