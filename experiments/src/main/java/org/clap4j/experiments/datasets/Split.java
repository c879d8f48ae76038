package org.clap4j.experiments.datasets;

import java.util.Locale;

/** A part of a dataset. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** The name that people read: {@code train}, {@code validation}, {@code test}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
