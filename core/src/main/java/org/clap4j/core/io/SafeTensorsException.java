package org.clap4j.core.io;

import java.io.IOException;
import java.nio.file.Path;

/** Says what is wrong with a safetensors file, and which file. */
public final class SafeTensorsException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Puts the file before what is wrong with it. */
  public SafeTensorsException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
