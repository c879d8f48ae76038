package org.clap4j.core.io;

import java.io.IOException;
import java.nio.file.Path;

/** Says what is wrong with a file of arrays, and which file. */
public final class TensorFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Puts the file before what is wrong with it. */
  public TensorFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** Puts the file before what is wrong with it, and why. */
  public TensorFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
