package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.clap4j.training.tracking.JournalTracker;

/** Sends what the journal of a finished, interrupted or still running run holds. */
public final class MlflowSync {

  private static final Duration CALL_DEADLINE = Duration.ofSeconds(60);

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
   * Sends a run's journal from where the server has confirmed it last. A run whose process died is
   * ended first, as killed.
   *
   * @return whether the server has all of it; if not, a warning has said why
   */
  public boolean send(Path runDirectory, MlflowConfig config) throws IOException {
    JournalTracker.endAbandoned(runDirectory);
    MlflowUploader uploader = MlflowUploader.patient(runDirectory, settings, config);
    uploader.start();
    return uploader.finish();
  }

  /**
   * Compares a run's journal, point by point, with what the server has of it.
   *
   * @throws IOException if the server has never got the run, or does not answer
   */
  public Verification verify(Path runDirectory, MlflowConfig config)
      throws IOException, InterruptedException {
    UploadState state =
        UploadState.load(runDirectory, settings.publicUri())
            .filter(UploadState::isAttached)
            .orElseThrow(
                () ->
                    new IOException(
                        runDirectory + " has not been sent to " + settings.publicUri() + " yet"));
    try {
      ServerConnection server = new ServerConnection(settings, CALL_DEADLINE);
      return new RunVerifier(runDirectory, server, config).verify(state);
    } catch (ServerException e) {
      throw new IOException("MLflow at " + settings.publicUri() + ": " + e.text(), e);
    }
  }
}
