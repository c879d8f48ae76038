package org.clap4j.core.tracking;

import java.nio.file.Path;
import java.util.Map;

/**
 * Takes what a run has to say: params, metrics, tags, data, artifacts, how it ended. It never
 * throws into training, and never makes it wait for a network.
 *
 * <p>Metric names are paths: {@code train/loss}, {@code val/text_to_audio/R_at_1}.
 */
public interface RunTracker extends AutoCloseable {

  /** How a run ended. */
  enum Status {
    FINISHED,
    FAILED,
    KILLED
  }

  /** Records settings, by dotted key. */
  void params(Map<String, String> params);

  /** Records tags. */
  void tags(Map<String, String> tags);

  /** Records a part of the data that the run reads. */
  void dataset(TrackedDataset dataset);

  /** Records metrics of one step, all with one timestamp. */
  void metrics(Map<String, Double> values, long step);

  /** Records a file of the run directory under a path of the run's artifacts. */
  void artifact(Path file, String artifactPath);

  /**
   * Makes what was recorded so far durable. The trainer calls it before it publishes a checkpoint,
   * so that no checkpoint knows a step that the record does not.
   */
  default void flush() {}

  /** Records a model that the run leaves. */
  void model(TrackedModel model);

  /** Records how the run ended; only artifacts that tell of it may follow. */
  void end(Status status, String message);

  /** Sends what is left, within a bounded time, and lets go of everything. */
  @Override
  void close();
}
