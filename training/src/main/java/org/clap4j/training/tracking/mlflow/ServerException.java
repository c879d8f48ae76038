package org.clap4j.training.tracking.mlflow;

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
  private static final int MAX_MESSAGE_LENGTH = 300;

  private final Kind kind;

  ServerException(Kind kind, String message) {
    super(oneLine(message));
    this.kind = kind;
  }

  /** Classifies an HTTP answer. */
  static ServerException ofStatus(int status, String message) {
    if (status == 404) {
      return new ServerException(Kind.RUN_MISSING, message);
    }
    boolean temporary =
        status >= 500 || status == 401 || status == 403 || status == 408 || status == 429;
    return new ServerException(temporary ? Kind.UNAVAILABLE : Kind.REFUSED, message);
  }

  Kind kind() {
    return kind;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\s+", " ").strip();
    return line.length() <= MAX_MESSAGE_LENGTH ? line : line.substring(0, MAX_MESSAGE_LENGTH) + "…";
  }
}
