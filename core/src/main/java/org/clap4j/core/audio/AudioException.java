package org.clap4j.core.audio;

import java.io.IOException;

/** Says that a clip cannot be read: which file, what was found, what to do. */
public final class AudioException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Takes the whole message, the file's name included. */
  public AudioException(String message) {
    super(message);
  }

  /** Takes the whole message and what led to it. */
  public AudioException(String message, Throwable cause) {
    super(message, cause);
  }
}
