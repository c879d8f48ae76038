package org.clap4j.experiments.doctor;

import java.io.IOException;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.clap4j.training.tracking.mlflow.ServerHealth;

/** Asks the MLflow server whether it is well. */
final class MlflowCheck {

  private static final String TOPIC = "mlflow";

  private final MlflowSettings settings;

  MlflowCheck(MlflowSettings settings) {
    this.settings = settings;
  }

  Finding finding() {
    if (settings.uri() == null) {
      return Finding.ok(
          TOPIC, "MLFLOW_TRACKING_URI is not set; runs keep their journal and report.html only");
    }
    String server = settings.publicUri();
    try {
      return Finding.ok(TOPIC, server + " is healthy, version " + ServerHealth.version(settings));
    } catch (IOException e) {
      return Finding.problem(
          TOPIC,
          server + " cannot be used (" + e.getMessage() + ")",
          "start it (docs/tracking.md) or correct MLFLOW_TRACKING_URI; training goes on without it,"
              + " and clap4j sync sends runs later");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.problem(TOPIC, server + " was not waited for", "ask again");
    }
  }
}
