package org.clap4j.training.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Says why a checkpoint cannot be used: where, what was found, what was expected. */
public final class CheckpointException extends IOException {

  /** Names the file or directory, then what is wrong with it. */
  public CheckpointException(Path place, String problem) {
    super(place + ": " + problem);
  }

  /** Names the file or directory, then what is wrong with it, and why. */
  public CheckpointException(Path place, String problem, Throwable cause) {
    super(place + ": " + problem, cause);
  }
}
