package org.clap4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Map;
import org.clap4j.core.tracking.ForwardingTracker;
import org.clap4j.core.tracking.RunTracker;

/**
 * Tracks some steps of a run, then as many not, and so on, and writes down when each step ended.
 * Both halves are of one process on one stretch of its machine: what else two processes differ in
 * is the same for both.
 */
final class AlternatingTracker extends ForwardingTracker {

  /** A line per step: step, whether it was tracked, nanoseconds of the clock. */
  static final String TIMES = "alternating.csv";

  private final int steps;
  private final Writer times;
  private boolean tracking = true;

  AlternatingTracker(RunTracker tracker, int steps, Writer times) {
    super(tracker);
    this.steps = steps;
    this.times = times;
  }

  @Override
  public void metrics(Map<String, Double> values, long step) {
    if (tracking) {
      super.metrics(values, step);
    }
    if (values.containsKey("train/loss")) {
      write(step);
      tracking = step / steps % 2 == 0;
    }
  }

  private void write(long step) {
    try {
      times.write("%d,%b,%d%n".formatted(step, tracking, System.nanoTime()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void artifact(Path file, String artifactPath) {
    if (tracking) {
      super.artifact(file, artifactPath);
    }
  }

  @Override
  public void flush() {
    if (tracking) {
      super.flush();
    }
  }

  @Override
  public void close() {
    super.close();
    try {
      times.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
