package org.clap4j.experiments.cli;

/** Says that what the user asked for cannot be meant: exit status 2. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
