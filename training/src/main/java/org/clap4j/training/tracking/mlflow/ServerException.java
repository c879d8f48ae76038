package org.clap4j.training.tracking.mlflow;

import java.time.Duration;

/** A call to the server did not succeed. */
final class ServerException extends Exception {

  /** What can be done about it. */
  enum Kind {
    /** The server cannot be reached, is overloaded, or broken: the same call may succeed later. */
    UNAVAILABLE,
    /** The server does not know the run any more. */
    RUN_MISSING,
    /** The server will never take this: going on without it is all there is. */
    REFUSED
  }

  private static final long serialVersionUID = 1L;
  private static final int MAX_MESSAGE_LENGTH = 400;

  private static final String CREDENTIALS =
      "the server does not let us in: check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD,"
          + " or MLFLOW_TRACKING_TOKEN; ";

  private final Kind kind;

  /** How long the server asked to be left alone; zero if it did not. */
  private final Duration retryAfter;

  ServerException(Kind kind, String message) {
    this(kind, message, Duration.ZERO);
  }

  private ServerException(Kind kind, String message, Duration retryAfter) {
    super(oneLine(message));
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** Classifies an HTTP answer that says when to come again. */
  static ServerException ofStatus(int status, String message, Duration retryAfter) {
    if (status == 404) {
      return new ServerException(Kind.RUN_MISSING, message, retryAfter);
    }
    if (status == 401 || status == 403) {
      return new ServerException(Kind.UNAVAILABLE, CREDENTIALS + message, retryAfter);
    }
    boolean temporary = status >= 500 || status == 408 || status == 429;
    return new ServerException(temporary ? Kind.UNAVAILABLE : Kind.REFUSED, message, retryAfter);
  }

  static ServerException missedDeadline(String what, Duration deadline) {
    return new ServerException(
        Kind.UNAVAILABLE, what + ": no answer within " + deadline.toMillis() / 1000.0 + " s");
  }

  Kind kind() {
    return kind;
  }

  Duration retryAfter() {
    return retryAfter;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\s+", " ").strip();
    return line.length() <= MAX_MESSAGE_LENGTH ? line : line.substring(0, MAX_MESSAGE_LENGTH) + "…";
  }
}
