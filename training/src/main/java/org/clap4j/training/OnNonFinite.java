package org.clap4j.training;

/** What happens when a loss or a gradient is NaN or infinite. */
public enum OnNonFinite {
  /** The run ends with an error that names the step's clips; the last checkpoint stays. */
  STOP,
  /** The step changes nothing and is counted. */
  SKIP
}
