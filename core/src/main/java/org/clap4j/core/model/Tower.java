package org.clap4j.core.model;

/** A part of a two-tower model. */
public enum Tower {
  /** Audio encoder, its head, its normalisation. */
  AUDIO,
  /** Text encoder, its head, its normalisation. */
  TEXT,
  /** What the loss trains. */
  LOSS
}
