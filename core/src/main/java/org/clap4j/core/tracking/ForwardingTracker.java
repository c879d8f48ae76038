package org.clap4j.core.tracking;

import java.nio.file.Path;
import java.util.Map;

/** Hands all calls to another tracker: what goes around a tracker overrides what it changes. */
public abstract class ForwardingTracker implements RunTracker {

  private final RunTracker tracker;

  protected ForwardingTracker(RunTracker tracker) {
    this.tracker = tracker;
  }

  @Override
  public void params(Map<String, String> params) {
    tracker.params(params);
  }

  @Override
  public void tags(Map<String, String> tags) {
    tracker.tags(tags);
  }

  @Override
  public void dataset(TrackedDataset dataset) {
    tracker.dataset(dataset);
  }

  @Override
  public void metrics(Map<String, Double> values, long step) {
    tracker.metrics(values, step);
  }

  @Override
  public void artifact(Path file, String artifactPath) {
    tracker.artifact(file, artifactPath);
  }

  @Override
  public void flush() {
    tracker.flush();
  }

  @Override
  public void model(TrackedModel model) {
    tracker.model(model);
  }

  @Override
  public void end(Status status, String message) {
    tracker.end(status, message);
  }

  @Override
  public void close() {
    tracker.close();
  }
}
