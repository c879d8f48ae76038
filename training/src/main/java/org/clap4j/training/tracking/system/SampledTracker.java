package org.clap4j.training.tracking.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.clap4j.core.io.BackgroundThread;
import org.clap4j.core.io.Subprocess;
import org.clap4j.core.tracking.ForwardingTracker;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.training.tracking.JournalSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tracker that also records what the machine does, at even intervals until the run ends. The step
 * of these metrics is the number of the sample; a resumed run counts on.
 */
public final class SampledTracker extends ForwardingTracker {

  /** As MLflow's own client. */
  public static final double DEFAULT_SECONDS = 10;

  /** So that even a short run has a sample; the processor's load needs a moment to be measured. */
  private static final double FIRST_SECONDS = 1;

  private static final Logger LOG = LoggerFactory.getLogger(SampledTracker.class);

  private final Supplier<Map<String, Double>> machine;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          sampling -> BackgroundThread.of("system-metrics", sampling));
  private long sample;
  private boolean stopped;

  /**
   * Samples into a tracker.
   *
   * @param machine gives the metrics of now, without their prefix
   * @param firstSample the step of the first
   * @param seconds between two samples, above 0
   */
  SampledTracker(
      RunTracker tracker, Supplier<Map<String, Double>> machine, long firstSample, double seconds) {
    super(tracker);
    this.machine = machine;
    this.sample = firstSample;
    var unused =
        thread.scheduleWithFixedDelay(
            this::sample,
            millis(Math.min(FIRST_SECONDS, seconds)),
            millis(seconds),
            TimeUnit.MILLISECONDS);
  }

  /**
   * The tracker with samples of this machine.
   *
   * @param runDirectory of which the journal says how many samples there are, and on whose disk is
   *     looked
   * @param seconds between two samples; 0 for none
   */
  public static RunTracker around(RunTracker tracker, Path runDirectory, double seconds)
      throws IOException {
    if (seconds == 0) {
      return tracker;
    }
    return new SampledTracker(
        tracker,
        new SystemMetrics(runDirectory, Subprocess.real())::read,
        samplesBefore(JournalSummary.read(runDirectory)),
        seconds);
  }

  /** Refuses a period that is none. */
  public static void checkPeriod(double seconds) {
    if (!(seconds == 0 || (seconds >= 0.1 && seconds <= 86_400))) {
      throw new IllegalArgumentException(
          "system-metrics-seconds must be 0 or in [0.1, 86400], was " + seconds);
    }
  }

  /** The number of the next sample of a run. */
  static long samplesBefore(JournalSummary past) {
    return past.curves().entrySet().stream()
        .filter(curve -> curve.getKey().startsWith(JournalSummary.SYSTEM_PREFIX))
        .mapToLong(curve -> curve.getValue().lastKey() + 1)
        .max()
        .orElse(0);
  }

  private static long millis(double seconds) {
    return Math.round(seconds * 1000);
  }

  private void sample() {
    try {
      record(machine.get());
    } catch (RuntimeException e) {
      LOG.warn("the machine's metrics are no longer recorded: {}", e.toString());
      thread.shutdown();
    }
  }

  private synchronized void record(Map<String, Double> now) {
    if (stopped || now.isEmpty()) {
      return;
    }
    Map<String, Double> named = new LinkedHashMap<>();
    now.forEach((name, value) -> named.put(JournalSummary.SYSTEM_PREFIX + name, value));
    metrics(named, sample++);
  }

  private synchronized void stop() {
    stopped = true;
    thread.shutdown();
  }

  @Override
  public void end(Status status, String message) {
    stop();
    super.end(status, message);
  }

  @Override
  public void close() {
    stop();
    super.close();
  }
}
