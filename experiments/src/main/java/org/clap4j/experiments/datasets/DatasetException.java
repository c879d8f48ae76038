package org.clap4j.experiments.datasets;

import java.io.IOException;

/** Says that a dataset cannot be opened: which file and line, what was found, what to do. */
public final class DatasetException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Takes the whole message. */
  public DatasetException(String message) {
    super(message);
  }

  /** Takes the whole message and what led to it. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
