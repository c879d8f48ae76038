package org.clap4j.experiments.sweep;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.clap4j.core.io.AtomicFile;
import org.clap4j.core.io.Subprocess;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.Environment;
import org.clap4j.experiments.doctor.RunEnvironment;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.run.RunLabels;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.clap4j.training.tracking.RunLock;

/**
 * Carries out the runs of a sweep that are not over yet, one after the other, as children of one
 * parent run. A run that fails is recorded and the next one begins.
 */
public final class SweepSession {

  /** A run whose sweep was killed ends after its step and a checkpoint. */
  private static final Duration LONGEST_STEP = Duration.ofMinutes(10);

  private static final long POLL_MILLIS = 200;

  /** Metrics of the parent run: how many runs are, whenever one has ended or stopped. */
  private static final String FINISHED = "sweep/finished";

  private static final String FAILED = "sweep/failed";

  private final ConfigBinder binder;
  private final Environment environment;
  private final RunProcess process = new RunProcess();
  private volatile boolean stopping;

  /** Takes what reads the runs' configurations, and the environment that is recorded. */
  @Inject
  public SweepSession(ConfigBinder binder, Environment environment) {
    this.binder = binder;
    this.environment = environment;
  }

  /** Asks the run at work to stop with a checkpoint, and the sweep with it. */
  public void stop() {
    stopping = true;
    process.stop();
  }

  /**
   * Goes on with a sweep.
   *
   * @param directory its directory
   * @param retryFailed whether runs that failed are tried again
   * @param output takes what the runs print, in parts as they come
   * @return what came of all runs, those of earlier sessions included; empty if the sweep was
   *     stopped
   */
  public Optional<SweepSummary> run(
      SweepDirectory directory, boolean retryFailed, Consumer<String> output)
      throws IOException, InterruptedException {
    try (RunTracker tracker =
        Components.tracker(directory.tracking(binder).tracking(), trackedRun(directory))) {
      boolean ended = false;
      try {
        describe(directory, tracker);
        if (retryFailed) {
          planFailedAgain(directory);
        }
        boolean whole = trainAll(directory, tracker, output);
        SweepSummary summary = summarise(directory, tracker);
        end(directory, tracker, whole);
        ended = true;
        return whole ? Optional.of(summary) : Optional.empty();
      } finally {
        if (!ended) {
          tracker.end(RunTracker.Status.FAILED, "the sweep was torn down");
        }
      }
    }
  }

  private static TrackedRun trackedRun(SweepDirectory directory) throws IOException {
    return Files.exists(directory.path().resolve(JournalTracker.FILE_NAME))
        ? TrackedRun.resumed(directory.name(), directory.path(), steps(directory))
        : TrackedRun.fresh(directory.name(), directory.path());
  }

  /** How often runs have ended or stopped so far, one that was tried again each time. */
  private static long steps(SweepDirectory directory) throws IOException {
    NavigableMap<Long, JournalSummary.Point> known =
        JournalSummary.read(directory.path()).curve(FINISHED);
    return known.isEmpty() ? 0 : known.lastKey();
  }

  private void describe(SweepDirectory directory, RunTracker tracker) throws IOException {
    SweepRecord record = directory.record();
    Map<String, String> params = new LinkedHashMap<>();
    params.put("sweep.name", record.name());
    params.put("sweep.base", record.base());
    params.put("sweep.runs", Integer.toString(record.runs().size()));
    for (SweepRun run : record.runs()) {
      run.axes().forEach((axis, value) -> addValue(params, "sweep." + axis, value));
      if (!run.seed().isEmpty()) {
        addValue(params, "sweep.seed", run.seed());
      }
    }
    tracker.params(params);
    tracker.tags(
        new RunEnvironment(Subprocess.real(), environment.variables())
            .sourceTags("clap4j sweep " + record.name()));
    tracker.artifact(directory.file(), "sweep.yaml");
  }

  private static void addValue(Map<String, String> params, String name, String value) {
    params.merge(
        name,
        value,
        (values, one) -> List.of(values.split(", ")).contains(one) ? values : values + ", " + one);
  }

  private static void planFailedAgain(SweepDirectory directory) throws IOException {
    SweepRecord record = directory.record();
    for (SweepRun failed : record.in(SweepRun.State.FAILED)) {
      record = record.with(failed.with(SweepRun.State.PLANNED, ""));
    }
    directory.save(record);
  }

  /** Trains what is not over; false if stopped before the last. */
  private boolean trainAll(SweepDirectory directory, RunTracker tracker, Consumer<String> output)
      throws IOException, InterruptedException {
    SweepRecord record = directory.record();
    long step = steps(directory);
    for (SweepRun planned : record.runs()) {
      if (planned.isOver()) {
        continue;
      }
      SweepRun run = train(directory, record, planned, output);
      record = record.with(run);
      directory.save(record);
      step++;
      progress(record, tracker, step);
      if (run.state() == SweepRun.State.FAILED) {
        output.accept(
            "clap4j: run %d (%s) failed: %s%n".formatted(run.number(), run.name(), run.message()));
      }
      if (!run.isOver()) {
        return false;
      }
    }
    return true;
  }

  private SweepRun train(
      SweepDirectory directory, SweepRecord record, SweepRun planned, Consumer<String> output)
      throws IOException, InterruptedException {
    Path runDirectory = directory.of(planned);
    if (planned.state() == SweepRun.State.RUNNING) {
      awaitOrphan(runDirectory, output);
    }
    if (isFinished(runDirectory)) { // and only its sweep did not come to know
      return planned.with(SweepRun.State.FINISHED, "");
    }
    if (stopping) {
      return planned;
    }
    labels(directory, record, planned).save(runDirectory);
    directory.save(record.with(planned.with(SweepRun.State.RUNNING, "")));
    output.accept(
        "run %d of %d: %s%n".formatted(planned.number(), record.runs().size(), planned.name()));
    RunProcess.End end = process.train(runDirectory, output);
    return planned.with(end.state(), end.message());
  }

  private static void awaitOrphan(Path runDirectory, Consumer<String> output)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    if (RunLock.isHeld(runDirectory)) {
      output.accept("clap4j: waiting for the process that still trains " + runDirectory + " ...\n");
    }
    while (RunLock.isHeld(runDirectory)) {
      if (System.nanoTime() - start > LONGEST_STEP.toNanos()) {
        throw new IOException(
            runDirectory + " is still being trained by another process; stop that one first");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isFinished(Path runDirectory) throws IOException {
    return JournalSummary.read(runDirectory)
        .ended()
        .filter(end -> end.status() == RunTracker.Status.FINISHED)
        .isPresent();
  }

  private static RunLabels labels(SweepDirectory directory, SweepRecord record, SweepRun run)
      throws IOException {
    Map<String, String> params = new LinkedHashMap<>();
    run.axes().forEach((axis, value) -> params.put("sweep." + axis, value));
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("sweep", directory.name());
    tags.put("sweep.base", record.base());
    tags.put("sweep.run", Integer.toString(run.number()));
    tags.putAll(params);
    JournalSummary.read(directory.path())
        .started()
        .map(JournalEntry.Started::runId)
        .ifPresent(parent -> tags.put(JournalTracker.PARENT_TAG, parent));
    return new RunLabels(run.name(), params, tags);
  }

  private static void progress(SweepRecord record, RunTracker tracker, long step) {
    tracker.metrics(
        Map.of(
            FINISHED, (double) record.in(SweepRun.State.FINISHED).size(),
            FAILED, (double) record.in(SweepRun.State.FAILED).size()),
        step);
  }

  private static SweepSummary summarise(SweepDirectory directory, RunTracker tracker)
      throws IOException {
    SweepSummary summary = SweepSummary.of(directory);
    Path settings = directory.path().resolve("summary.csv");
    Path runs = directory.path().resolve("runs.csv");
    AtomicFile.writeText(settings, SummaryTables.settingsCsv(summary));
    AtomicFile.writeText(runs, SummaryTables.runsCsv(summary));
    tracker.artifact(settings, "summary.csv");
    tracker.artifact(runs, "runs.csv");
    return summary;
  }

  private static void end(SweepDirectory directory, RunTracker tracker, boolean whole)
      throws IOException {
    SweepRecord record = directory.record();
    List<SweepRun> failed = record.in(SweepRun.State.FAILED);
    if (!whole) {
      tracker.end(RunTracker.Status.KILLED, "stopped; clap4j sweep with its directory goes on");
    } else if (failed.isEmpty()) {
      tracker.end(RunTracker.Status.FINISHED, record.runs().size() + " runs are finished");
    } else {
      tracker.end(
          RunTracker.Status.FAILED,
          failed.size()
              + " of "
              + record.runs().size()
              + " runs failed: "
              + failed.stream().map(SweepRun::name).collect(Collectors.joining("; ")));
    }
  }
}
