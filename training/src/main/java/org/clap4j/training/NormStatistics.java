package org.clap4j.training;

/** What batch norm normalises by in training. */
public enum NormStatistics {
  /** Each chunk's own mean and variance, which the running ones follow. */
  BATCH,
  /**
   * The running ones, as at inference; they stay as they are, gain and shift learn. For weights
   * that were trained on much more data, and for chunks too small to have statistics: the gradient
   * of a step in chunks is then exactly that of the whole batch.
   */
  RUNNING
}
