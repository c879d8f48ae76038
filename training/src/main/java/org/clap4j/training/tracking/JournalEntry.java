package org.clap4j.training.tracking;

import java.util.List;
import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.jspecify.annotations.Nullable;

/**
 * One line of a journal. Times are milliseconds since the epoch, frozen when the line was written.
 */
public sealed interface JournalEntry {

  /** When the line was written, in milliseconds since the epoch. */
  long timeMillis();

  /**
   * The first line: which run this is.
   *
   * @param runId the run's own identity, which never changes, whichever servers it is sent to
   * @param name the name people see
   */
  record Started(long timeMillis, String runId, String name) implements JournalEntry {}

  /**
   * Training goes on from a checkpoint: metrics written above for later steps are superseded.
   *
   * @param step the step of that checkpoint
   */
  record Resumed(long timeMillis, long step) implements JournalEntry {}

  /** Settings, by dotted key. */
  record Params(long timeMillis, Map<String, String> values) implements JournalEntry {
    public Params {
      values = Ordered.copy(values);
    }
  }

  /** Tags. */
  record Tags(long timeMillis, Map<String, String> values) implements JournalEntry {
    public Tags {
      values = Ordered.copy(values);
    }
  }

  /** A part of the data that the run reads. */
  record Dataset(long timeMillis, TrackedDataset dataset) implements JournalEntry {}

  /** Metrics of one step; all finite. */
  record Metrics(long timeMillis, long step, Map<String, Double> values) implements JournalEntry {
    public Metrics {
      values = Ordered.copy(values);
    }
  }

  /**
   * A file or directory that belongs to the run's artifacts.
   *
   * @param file relative to the run directory where it lies in it, else absolute
   * @param artifactPath its path among the artifacts, with {@code /}
   */
  record Artifact(long timeMillis, String file, String artifactPath) implements JournalEntry {}

  /**
   * A model that the run leaves.
   *
   * @param name the name under which servers list it
   * @param step after which it was like this
   * @param directory its files, relative to the run directory where they lie in it, else absolute
   * @param params what it was made from
   * @param metrics names of metrics that were measured on it; their last points above are meant
   * @param measuredOn the data that they were measured on; null where nothing was measured
   */
  record Model(
      long timeMillis,
      String name,
      long step,
      String directory,
      Map<String, String> params,
      List<String> metrics,
      @Nullable TrackedDataset measuredOn)
      implements JournalEntry {
    public Model {
      params = Ordered.copy(params);
      metrics = List.copyOf(metrics);
    }
  }

  /** The run ended. A run that is resumed goes on after this line. */
  record Ended(long timeMillis, RunTracker.Status status, String message) implements JournalEntry {}
}
