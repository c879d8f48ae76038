package org.clap4j.core.audio;

/** How clips that are too long are evaluated. */
public enum LongClips {
  /** By their middle. */
  CENTRE,
  /** By the mean of the embeddings of windows that cover all of it. */
  WINDOWS
}
