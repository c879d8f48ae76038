package org.clap4j.training.tracking.mlflow;

import org.clap4j.core.tracking.ForwardingTracker;
import org.clap4j.training.tracking.JournalTracker;

/**
 * Records a run in its journal while another thread sends the journal to an MLflow server. Whatever
 * the server does, the calls here cost what the journal's cost; only {@link #close} waits for it,
 * and that within bounds.
 */
public final class MlflowTracker extends ForwardingTracker {

  private final MlflowUploader uploader;

  MlflowTracker(JournalTracker journal, MlflowUploader uploader) {
    super(journal);
    this.uploader = uploader;
    uploader.start();
  }

  @Override
  public void close() {
    super.close();
    uploader.close();
  }
}
