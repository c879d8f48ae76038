package org.clap4j.experiments.export;

import java.io.IOException;

/** Says that a model cannot be written in a form. */
public final class ExportException extends IOException {

  private static final long serialVersionUID = 1L;

  ExportException(String message) {
    super(message);
  }
}
