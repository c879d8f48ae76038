package org.clap4j.training.tracking;

import java.nio.file.Path;
import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;

/** Records nothing: for tests, benchmarks, and runs that nobody will ask about. */
public final class SilentTracker implements RunTracker {

  @Override
  public void params(Map<String, String> params) {}

  @Override
  public void tags(Map<String, String> tags) {}

  @Override
  public void dataset(TrackedDataset dataset) {}

  @Override
  public void metrics(Map<String, Double> values, long step) {}

  @Override
  public void artifact(Path file, String artifactPath) {}

  @Override
  public void model(TrackedModel model) {}

  @Override
  public void end(Status status, String message) {}

  @Override
  public void close() {}
}
