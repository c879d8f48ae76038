package org.clap4j.training.tracking.mlflow;

import java.nio.file.Path;
import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.training.tracking.JournalTracker;

/**
 * Records a run in its journal while another thread sends the journal to an MLflow server. Whatever
 * the server does, the calls here cost what the journal's cost; only {@link #close} waits for it,
 * and that within bounds.
 */
public final class MlflowTracker implements RunTracker {

  private final JournalTracker journal;
  private final MlflowUploader uploader;

  MlflowTracker(JournalTracker journal, MlflowUploader uploader) {
    this.journal = journal;
    this.uploader = uploader;
    uploader.start();
  }

  @Override
  public void params(Map<String, String> params) {
    journal.params(params);
  }

  @Override
  public void tags(Map<String, String> tags) {
    journal.tags(tags);
  }

  @Override
  public void dataset(TrackedDataset dataset) {
    journal.dataset(dataset);
  }

  @Override
  public void metrics(Map<String, Double> values, long step) {
    journal.metrics(values, step);
  }

  @Override
  public void artifact(Path file, String artifactPath) {
    journal.artifact(file, artifactPath);
  }

  @Override
  public void model(TrackedModel model) {
    journal.model(model);
  }

  @Override
  public void flush() {
    journal.flush();
  }

  @Override
  public void end(Status status, String message) {
    journal.end(status, message);
  }

  @Override
  public void close() {
    journal.close();
    uploader.close();
  }
}
