package org.clap4j.training.tracking.mlflow;

/** Which checkpoints go to the server. */
public enum CheckpointUploads {
  BEST,
  LAST,
  BOTH,
  NONE;

  private static final String FOLDER = "checkpoints/";

  /** Whether an artifact is uploaded; only those under {@code checkpoints/} are ever left out. */
  boolean admits(String artifactPath) {
    if (!artifactPath.startsWith(FOLDER)) {
      return true;
    }
    return switch (this) {
      case BEST -> artifactPath.startsWith(FOLDER + "best");
      case LAST -> artifactPath.startsWith(FOLDER + "last");
      case BOTH -> true;
      case NONE -> false;
    };
  }
}
