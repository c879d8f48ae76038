package org.clap4j.training.loading;

import java.util.concurrent.ExecutionException;
import org.clap4j.core.audio.AudioException;

/** Tells clips that cannot be read from faults of the program, and names the clip in both. */
final class LoadingFault {

  private LoadingFault() {}

  /**
   * Turns what a background thread failed with into the clip's fault.
   *
   * @throws IllegalStateException if it is not the clip's fault
   */
  static AudioException of(String clipName, ExecutionException failure) {
    if (failure.getCause() instanceof AudioException fault) {
      String message = String.valueOf(fault.getMessage());
      return new AudioException(
          message.contains(clipName) ? message : clipName + ": " + message, fault);
    }
    throw new IllegalStateException(clipName + ": loading failed: " + failure.getCause(), failure);
  }
}
