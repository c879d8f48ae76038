package org.clap4j.training.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.core.tracking.TrackedRun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records a run in {@code journal.jsonl} of its directory.
 *
 * <p>A resumed run appends to its journal: a {@code resumed} line says from which step on the lines
 * before it are superseded, and {@link JournalSummary} leaves those out.
 *
 * <p>A value that is NaN or infinite is never recorded as a metric: dashboards and servers stumble
 * over it. It is counted in {@code train/nonfinite_count}, and the tag {@code clap4j.nonfinite}
 * names the metrics that had one.
 *
 * <p>Nothing here throws into training: if the disk is full, that is said once, the run goes on,
 * and its lines wait in memory until there is room.
 */
public final class JournalTracker implements RunTracker {

  /** The journal's name in a run directory. */
  public static final String FILE_NAME = "journal.jsonl";

  /** How many values so far were not finite. */
  public static final String NONFINITE_COUNT = "train/nonfinite_count";

  /**
   * Tag with which a run names its parent, by the parent's {@link #runId}: servers show the run
   * below that one, whichever of the two reaches them first.
   */
  public static final String PARENT_TAG = "clap4j.parent_run_id";

  /** Names the metrics of which some value was not finite. */
  public static final String NONFINITE_TAG = "clap4j.nonfinite";

  private static final Logger log = LoggerFactory.getLogger(JournalTracker.class);
  private static final long FORCE_PERIOD_MILLIS = 1000;

  private final Path directory;
  private final RunLock lock;
  private final String runId;
  private final Clock clock;
  private final JournalWriter writer;
  private final ScheduledExecutorService forcing;
  private final TreeSet<String> nonFiniteNames = new TreeSet<>();
  private long nonFiniteCount;
  private boolean failing;
  private boolean closed;

  private JournalTracker(
      Path directory, RunLock lock, String runId, Clock clock, JournalWriter writer) {
    this.directory = directory;
    this.lock = lock;
    this.runId = runId;
    this.clock = clock;
    this.writer = writer;
    this.forcing = Executors.newSingleThreadScheduledExecutor(JournalTracker::forcingThread);
  }

  private static Thread forcingThread(Runnable work) {
    Thread thread = new Thread(work, "journal-force");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens the journal of a run, new or to be continued.
   *
   * @throws IOException if it cannot be written, if a run that is not resumed has one already, or
   *     if somebody else is recording the run
   */
  public static JournalTracker open(TrackedRun run, Clock clock) throws IOException {
    RunLock lock =
        RunLock.take(run.directory())
            .orElseThrow(
                () ->
                    new IOException(
                        run.directory()
                            + " is in use: another process trains this run; wait for it, or stop"
                            + " it"));
    try {
      return open(run, clock, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static JournalTracker open(TrackedRun run, Clock clock, RunLock lock) throws IOException {
    Path file = run.directory().resolve(FILE_NAME);
    JournalSummary past = JournalSummary.read(run.directory());
    if (past.started().isPresent() && run.resumedAtStep().isEmpty()) {
      throw new IOException(
          file
              + " already holds the run '"
              + past.started().get().name()
              + "'; resume it, or choose another run directory");
    }
    JournalTracker tracker =
        new JournalTracker(
            run.directory(),
            lock,
            past.started().map(JournalEntry.Started::runId).orElseGet(JournalTracker::newRunId),
            clock,
            new JournalWriter(file));
    tracker.begin(run, past);
    return tracker;
  }

  /**
   * Ends the record of a run whose process died without a word: nobody holds its lock, and its
   * journal has no end. The run counts as killed when it last said something.
   *
   * @return whether it was such a run
   */
  @SuppressWarnings("try") // the lock works by being held
  public static boolean endAbandoned(Path runDirectory) throws IOException {
    Optional<RunLock> lock = RunLock.take(runDirectory);
    if (lock.isEmpty()) {
      return false;
    }
    try (RunLock held = lock.get()) {
      Path file = runDirectory.resolve(FILE_NAME);
      JournalSummary past = JournalSummary.of(new JournalReader(file).readAll());
      if (past.started().isEmpty() || past.ended().isPresent()) {
        return false;
      }
      try (JournalWriter writer = new JournalWriter(file)) {
        writer.append(
            new JournalEntry.Ended(past.lastTimeMillis(), Status.KILLED, "its process died"));
      }
      log.info("{}: its process died, which is now recorded", runDirectory);
      return true;
    }
  }

  private static String newRunId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private void begin(TrackedRun run, JournalSummary past) {
    if (past.started().isEmpty()) {
      append(new JournalEntry.Started(clock.millis(), runId, run.name()));
    }
    run.resumedAtStep()
        .ifPresent(
            step -> {
              append(new JournalEntry.Resumed(clock.millis(), step));
              restoreNonFinite(past, step);
            });
    var unused =
        forcing.scheduleWithFixedDelay(
            this::flush, FORCE_PERIOD_MILLIS, FORCE_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void restoreNonFinite(JournalSummary past, long step) {
    Map.Entry<Long, JournalSummary.Point> count = past.curve(NONFINITE_COUNT).floorEntry(step);
    if (count != null) {
      nonFiniteCount = (long) count.getValue().value();
    }
    String names = past.tags().get(NONFINITE_TAG);
    if (names != null) {
      nonFiniteNames.addAll(List.of(names.split(", ")));
    }
  }

  /** The run's own identity, the same after every resume and on every server. */
  public String runId() {
    return runId;
  }

  /** The journal. */
  public Path file() {
    return directory.resolve(FILE_NAME);
  }

  @Override
  public synchronized void params(Map<String, String> params) {
    append(new JournalEntry.Params(clock.millis(), withLegalNames(params)));
  }

  @Override
  public synchronized void tags(Map<String, String> tags) {
    append(new JournalEntry.Tags(clock.millis(), withLegalNames(tags)));
  }

  @Override
  public synchronized void dataset(TrackedDataset dataset) {
    append(new JournalEntry.Dataset(clock.millis(), dataset));
  }

  private static Map<String, String> withLegalNames(Map<String, String> values) {
    Map<String, String> legal = new LinkedHashMap<>();
    values.forEach((name, value) -> legal.put(MetricNames.sanitise(name), value));
    return legal;
  }

  @Override
  public synchronized void metrics(Map<String, Double> values, long step) {
    Map<String, Double> finite = new LinkedHashMap<>();
    boolean newName = false;
    for (Map.Entry<String, Double> metric : values.entrySet()) {
      String name = MetricNames.sanitise(metric.getKey());
      if (Double.isFinite(metric.getValue())) {
        finite.put(name, metric.getValue());
      } else {
        nonFiniteCount++;
        newName |= nonFiniteNames.add(name);
        finite.put(NONFINITE_COUNT, (double) nonFiniteCount);
      }
    }
    append(new JournalEntry.Metrics(clock.millis(), step, finite));
    if (newName) {
      tags(Map.of(NONFINITE_TAG, String.join(", ", nonFiniteNames)));
    }
  }

  @Override
  public synchronized void artifact(Path file, String artifactPath) {
    append(new JournalEntry.Artifact(clock.millis(), recorded(file), artifactPath));
  }

  @Override
  public synchronized void model(TrackedModel model) {
    append(
        new JournalEntry.Model(
            clock.millis(),
            MetricNames.ofModel(model.name()),
            model.step(),
            recorded(model.directory()),
            withLegalNames(model.params()),
            model.metrics().stream().map(MetricNames::sanitise).toList(),
            model.measuredOn()));
  }

  /** A path as it is written: relative to the run directory if it lies in it. */
  private String recorded(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path root = directory.toAbsolutePath().normalize();
    Path recorded = absolute.startsWith(root) ? root.relativize(absolute) : absolute;
    return recorded.toString().replace('\\', '/');
  }

  @Override
  public synchronized void end(Status status, String message) {
    append(new JournalEntry.Ended(clock.millis(), status, message));
    flush();
  }

  @Override
  public void flush() {
    try {
      writer.force();
      noteSuccess();
    } catch (IOException e) {
      noteFailure(e);
    }
  }

  private synchronized void append(JournalEntry entry) {
    if (closed) {
      return;
    }
    try {
      writer.append(entry);
      noteSuccess();
    } catch (IOException e) {
      noteFailure(e);
    }
  }

  private synchronized void noteSuccess() {
    if (failing) {
      log.warn("{} can be written again; lines that are lost: {}", file(), writer.lost());
    }
    failing = false;
  }

  private synchronized void noteFailure(IOException e) {
    if (!failing && !closed) {
      log.warn(
          "{} cannot be written for now ({}); training goes on, and its record waits in memory:"
              + " make room on the disk",
          file(),
          e.getMessage());
    }
    failing = true;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    forcing.shutdown();
    try {
      writer.close();
    } catch (IOException e) {
      log.error(
          "{} cannot be written ({}): its last {} lines are lost",
          file(),
          e.getMessage(),
          writer.waiting() + writer.lost());
    } finally {
      lock.close();
    }
    closed = true;
  }
}
