package org.clap4j.experiments.config;

/** Says in one line what is wrong with a configuration: where, what was found, what to do. */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Takes the whole message. */
  public ConfigException(String message) {
    super(message);
  }

  /** Takes the whole message and what led to it. */
  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Puts the place before the problem: {@code file:line: problem}. */
  public static ConfigException at(String place, String problem) {
    return new ConfigException(place + ": " + problem);
  }
}
