package org.clap4j.training.tracking.mlflow;

import java.nio.file.Path;

/** Sends what the journal of a finished, interrupted or still running run holds. */
public final class MlflowSync {

  private final MlflowSettings settings;

  /** Sends to one server. */
  public MlflowSync(MlflowSettings settings) {
    if (settings.uri() == null) {
      throw new IllegalArgumentException(
          "no MLflow server is configured: set MLFLOW_TRACKING_URI=http://host:port");
    }
    this.settings = settings;
  }

  /**
   * Sends a run's journal from where the server has confirmed it last.
   *
   * @return whether the server has all of it; if not, a warning has said why
   */
  public boolean send(Path runDirectory, MlflowConfig config) {
    MlflowUploader uploader = new MlflowUploader(runDirectory, settings, config);
    uploader.start();
    return uploader.finish();
  }
}
