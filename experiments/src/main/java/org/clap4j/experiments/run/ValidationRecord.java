package org.clap4j.experiments.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.evaluation.PairEvaluation;
import org.clap4j.experiments.report.HeatMap;
import org.clap4j.experiments.report.RetrievalExamples;
import org.clap4j.experiments.report.StepImages;

/**
 * Shows what an evaluation during training saw: the captions that are served best and worst as a
 * table, and similarities as a picture, at no more than {@value #MOST} steps of a run.
 */
final class ValidationRecord {

  /** Shows artifacts as tables in MLflow's dashboard. */
  static final String TABLE_TAG = "mlflow.loggedArtifacts";

  /** Tables and pictures of a run; its tags, which name the tables, hold twice as many. */
  private static final int MOST = 40;

  /** At most so many clips, and the first caption of each, are in a picture. */
  private static final int PAIRS_IN_PICTURE = 64;

  private static final int PIXELS_PER_PAIR = 5;

  private static final String TABLES = "eval/val/";

  private final Path run;
  private final RunTracker tracker;
  private final int examples;
  private final long evaluateEvery;
  private final long totalSteps;

  /**
   * Records the evaluations of a run.
   *
   * @param examples captions of a table: so many best, so many worst
   * @param evaluateEvery steps from one evaluation to the next
   * @param totalSteps of the run
   */
  ValidationRecord(
      Path run, RunTracker tracker, int examples, long evaluateEvery, long totalSteps) {
    this.run = run;
    this.tracker = tracker;
    this.examples = examples;
    this.evaluateEvery = evaluateEvery;
    this.totalSteps = totalSteps;
  }

  /** Whether an evaluation is shown: all of a few, every k-th of many, and the last. */
  boolean shows(long step) {
    long evaluations = totalSteps / evaluateEvery;
    long stride = Math.max(1, (evaluations + MOST - 1) / MOST);
    return step >= totalSteps || step / evaluateEvery % stride == 0;
  }

  /**
   * Shows the similarities before the first step. Without them MLflow's dashboard, which opens
   * every picture at step 0, would open this one with none.
   */
  void recordStart(Embedder embedder, List<AudioTextPair> pairs) throws IOException {
    List<AudioTextPair> shown = pairs.subList(0, Math.min(PAIRS_IN_PICTURE, pairs.size()));
    if (shown.isEmpty()) {
      return;
    }
    try (PairEvaluation evaluation = new PairEvaluation(embedder, shown, null)) {
      picture(0, evaluation);
    }
  }

  /** Shows an evaluation, if it is one of those to be shown. */
  void record(long step, PairEvaluation evaluation) throws IOException {
    if (!shows(step)) {
      return;
    }
    picture(step, evaluation);
    String table = TABLES + "step-%06d.json".formatted(step);
    RetrievalExamples.saveTable(run.resolve(table), evaluation.examples(examples));
    tracker.artifact(run.resolve(table), table);
    tracker.tags(Map.of(TABLE_TAG, tableTag(run)));
  }

  private void picture(long step, PairEvaluation evaluation) throws IOException {
    StepImages.save(
        run,
        "val/similarity",
        step,
        Clock.systemUTC().millis(),
        HeatMap.draw(evaluation.similarity(PAIRS_IN_PICTURE), PIXELS_PER_PAIR),
        tracker);
  }

  /** The value of {@link #TABLE_TAG} for the tables that a run has. */
  static String tableTag(Path run) throws IOException {
    Path folder = run.resolve(TABLES);
    Stream<String> single =
        Stream.of(RetrievalExamples.TABLE_FILE, QueryClips.TABLE_FILE)
            .filter(file -> Files.exists(run.resolve(file)));
    List<String> steps = List.of();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        steps = files.map(file -> TABLES + file.getFileName()).sorted().toList();
      }
    }
    return Stream.concat(single, steps.stream())
        .map(file -> "{\"path\":\"" + file + "\",\"type\":\"table\"}")
        .collect(Collectors.joining(",", "[", "]"));
  }
}
