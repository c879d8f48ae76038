package org.clap4j.core.audio;

/** Which part of a clip is kept in training where it is too long. */
public enum ClipCrop {
  /** Another part each time, drawn from the seed. */
  RANDOM,
  /** The middle. */
  CENTRE,
  /** The beginning. */
  START
}
