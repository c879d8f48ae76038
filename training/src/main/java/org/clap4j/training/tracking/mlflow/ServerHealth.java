package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.time.Duration;

/** Asks an MLflow server whether it is well and lets us in. */
public final class ServerHealth {

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private ServerHealth() {}

  /**
   * Asks for the version of the settings' server, and for an experiment, which needs credentials.
   *
   * @throws IOException if it does not answer well; the message says why
   */
  public static String version(MlflowSettings settings) throws IOException, InterruptedException {
    PlainHttp server = new PlainHttp(settings);
    try {
      String unused = server.get("asking for its health", "/health", DEADLINE);
      String version = server.get("asking for its version", "/version", DEADLINE).strip();
      unused =
          server.send(
              "asking for an experiment",
              "POST",
              "/api/2.0/mlflow/experiments/search",
              "{\"max_results\":1}",
              DEADLINE);
      return version;
    } catch (ServerException e) {
      throw new IOException(e.text(), e);
    }
  }
}
