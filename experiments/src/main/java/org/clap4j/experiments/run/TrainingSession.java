package org.clap4j.experiments.run;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.io.Subprocess;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigWriter;
import org.clap4j.experiments.config.Environment;
import org.clap4j.experiments.datasets.NoiseClips;
import org.clap4j.experiments.doctor.RunEnvironment;
import org.clap4j.experiments.evaluation.Embedder;
import org.clap4j.experiments.evaluation.EvaluationResult;
import org.clap4j.experiments.evaluation.PairEvaluation;
import org.clap4j.experiments.model.ClapModel;
import org.clap4j.experiments.model.Components;
import org.clap4j.experiments.model.ModelAssembly;
import org.clap4j.experiments.model.StartingWeights;
import org.clap4j.experiments.report.ReportPage;
import org.clap4j.experiments.report.RetrievalExamples;
import org.clap4j.training.ContrastiveTrainer;
import org.clap4j.training.Evaluation;
import org.clap4j.training.RunSurroundings;
import org.clap4j.training.StopSignal;
import org.clap4j.training.TrainedParts;
import org.clap4j.training.TrainingConfig;
import org.clap4j.training.TrainingListener;
import org.clap4j.training.TrainingOutcome;
import org.clap4j.training.checkpoint.Checkpoint;
import org.clap4j.training.checkpoint.CheckpointStore;
import org.clap4j.training.checkpoint.RunIdentity;
import org.clap4j.training.evaluation.BatchedLoss;
import org.clap4j.training.loading.BatchPosition;
import org.clap4j.training.loading.BatchSource;
import org.clap4j.training.loading.FeatureLoader;
import org.clap4j.training.optim.ModelOptimizer;
import org.clap4j.training.optim.Optimizer;
import org.clap4j.training.schedule.Schedule;
import org.clap4j.training.tracking.JournalTracker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one run: opens data, makes or reloads the model, trains, measures the best checkpoint
 * on the test part, and leaves a report. However it ends, the tracker is told.
 */
public final class TrainingSession {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingSession.class);

  /** Begins the names of what is measured on the test part. */
  private static final String TEST = "test/";

  private final AudioReader reader;
  private final StartingWeights startingWeights;
  private final Environment environment;

  /** Takes what reads recordings and weights, and the environment that is recorded with a run. */
  @Inject
  public TrainingSession(
      AudioReader reader, StartingWeights startingWeights, Environment environment) {
    this.reader = reader;
    this.startingWeights = startingWeights;
    this.environment = environment;
  }

  /**
   * Trains, from the last checkpoint on if the directory has one.
   *
   * @param config what to train; its YAML is in the directory
   * @param directory where everything goes
   * @param listener follows
   * @param stop ends the run early, with a checkpoint
   * @return how it ended, and the metrics of the test part where it came to that
   */
  @SuppressWarnings("try") // the log works by being open
  public Result run(
      ExperimentConfig config, RunDirectory directory, TrainingListener listener, StopSignal stop)
      throws IOException {
    try (RunLog log = RunLog.open(directory.log())) {
      Optional<Checkpoint> last = CheckpointStore.last(directory.path());
      TrackedRun run = trackedRun(directory, last.orElse(null));
      PairDataset dataset = Components.dataset(config.data(), reader);
      try (RunTracker tracker = Components.tracker(config.tracking(), run)) {
        return tracked(config, directory, dataset, last.orElse(null), tracker, listener, stop);
      }
    }
  }

  /** A run that died before its first checkpoint has a journal, and begins again at step 0. */
  private static TrackedRun trackedRun(RunDirectory directory, @Nullable Checkpoint last)
      throws IOException {
    String name = RunLabels.load(directory.path()).map(RunLabels::name).orElse(directory.name());
    if (last == null && !Files.exists(directory.path().resolve(JournalTracker.FILE_NAME))) {
      return TrackedRun.fresh(name, directory.path());
    }
    return TrackedRun.resumed(
        name, directory.path(), last == null ? 0 : last.state().progress().step());
  }

  private Result tracked(
      ExperimentConfig config,
      RunDirectory directory,
      PairDataset dataset,
      @Nullable Checkpoint last,
      RunTracker tracker,
      TrainingListener listener,
      StopSignal stop)
      throws IOException {
    boolean ended = false;
    try {
      describe(config, directory, dataset, tracker);
      TrainingOutcome outcome = train(config, directory, dataset, last, tracker, listener, stop);
      EvaluationResult test =
          outcome.status() == RunTracker.Status.FINISHED
              ? finish(config, directory, dataset, tracker, outcome.progress().step())
              : null;
      tracker.end(outcome.status(), message(outcome));
      ended = true;
      report(directory, tracker);
      return new Result(outcome, test);
    } catch (IOException | RuntimeException e) {
      LOG.info("the run failed", e); // into the log; the command says it in one line
      if (!ended) {
        tracker.end(RunTracker.Status.FAILED, String.valueOf(e.getMessage()));
      }
      ended = true;
      throw e;
    } finally {
      if (!ended) {
        tracker.end(RunTracker.Status.FAILED, "the run was torn down; log.txt may say why");
      }
    }
  }

  private static String message(TrainingOutcome outcome) {
    return outcome.status() == RunTracker.Status.FINISHED
        ? "done after " + outcome.progress().step() + " steps"
        : "stopped after " + outcome.progress().step() + " steps; resume goes on from there";
  }

  private void describe(
      ExperimentConfig config, RunDirectory directory, PairDataset dataset, RunTracker tracker)
      throws IOException {
    Optional<RunLabels> labels = RunLabels.load(directory.path());
    Map<String, String> params = new LinkedHashMap<>(ConfigWriter.flat(config));
    labels.ifPresent(own -> params.putAll(own.params()));
    tracker.params(params);
    Map<String, String> tags =
        new LinkedHashMap<>(
            new RunEnvironment(Subprocess.real(), environment.variables())
                .tags("clap4j train " + config.name()));
    tags.put("clap4j.config_hash", ConfigWriter.hash(config));
    labels.ifPresent(own -> tags.putAll(own.tags()));
    tracker.tags(tags);
    DataParts.of(dataset, config.data()).forEach(tracker::dataset);
    tracker.artifact(directory.config(), "config.yaml");
    LOG.info(
        "{}: {} training pairs, {} for validation, {} for the test",
        dataset.name(),
        dataset.train().size(),
        dataset.validation().size(),
        dataset.test().size());
  }

  private TrainingOutcome train(
      ExperimentConfig config,
      RunDirectory directory,
      PairDataset dataset,
      @Nullable Checkpoint last,
      RunTracker tracker,
      TrainingListener listener,
      StopSignal stop)
      throws IOException {
    TrainingConfig training = config.training();
    BatchPosition start = last == null ? BatchPosition.START : last.state().progress().position();
    try (ClapModel model =
            last == null
                ? startingWeights.loadInto(ModelAssembly.create(config, dataset))
                : ModelAssembly.toBeLoaded(config, last.directory());
        BatchSource source = source(config, dataset, model, start);
        ModelOptimizer optimizer = optimizer(config, model)) {
      ValidationRecord record =
          new ValidationRecord(
              directory.path(),
              tracker,
              config.evaluation().examples(),
              training.evaluateEvery() == 0 ? source.stepsPerEpoch() : training.evaluateEvery(),
              training.totalSteps(source.stepsPerEpoch()));
      if (last == null) {
        new QueryClips(directory.path(), model.audioInput(), tracker)
            .record(dataset.validation(), config.evaluation().clips());
        record.recordStart(new Embedder(model), dataset.validation());
      }
      Schedule schedule =
          Components.schedule(
              config.schedule(),
              optimizer.learningRate(),
              training.totalSteps(source.stepsPerEpoch()));
      ContrastiveTrainer trainer =
          new ContrastiveTrainer(
              training,
              new TrainedParts(
                  model.towers(), model.loss(), optimizer, schedule, model.tokenizer()),
              new RunSurroundings(
                  validation(model, dataset, record),
                  CheckpointStore.open(directory.path(), training.keepLast()),
                  tracker,
                  new CheckpointArtifacts(directory.path(), tracker, listener),
                  stop),
              new RunIdentity(config.seed(), ConfigWriter.yaml(config), Versions.byName()));
      if (last != null) {
        trainer.resumeFrom(last);
      }
      return trainer.train(source);
    }
  }

  private BatchSource source(
      ExperimentConfig config, PairDataset dataset, ClapModel model, BatchPosition start)
      throws IOException {
    return new FeatureLoader(
        dataset.train(),
        model.tokenizer(),
        model.audioInput(),
        config.augmentation(),
        NoiseClips.of(config.augmentation().noise(), reader),
        config.loading(),
        config.training().batchSize(),
        config.training().pairsPerChunk(),
        RandomSeed.of(config.seed()),
        start);
  }

  private static ModelOptimizer optimizer(ExperimentConfig config, ClapModel model) {
    Optimizer optimizer =
        Components.optimizer(
            config.optimizer(), model.towers().flatParameters(), model.towers().flatGradients());
    return new ModelOptimizer(
        model.towers().parameters(),
        model.towers().flatParameters(),
        model.towers().flatGradients(),
        optimizer,
        config.training().learningRateFactors().byTower());
  }

  private static Evaluation validation(
      ClapModel model, PairDataset dataset, ValidationRecord record) {
    if (dataset.validation().isEmpty()) {
      return Evaluation.none();
    }
    BatchedLoss loss = new BatchedLoss(model.loss(), model.config().training().batchSize());
    return step -> {
      try (PairEvaluation evaluation =
          new PairEvaluation(new Embedder(model), dataset.validation(), dataset.validationTask())) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("val/loss", evaluation.loss(loss, model.towers().lossParameters()));
        metrics.putAll(evaluation.result().byName("val/"));
        record.record(step, evaluation);
        return metrics;
      }
    };
  }

  /** Measures the best checkpoint and leaves it as a model of its own. */
  private static @Nullable EvaluationResult finish(
      ExperimentConfig config,
      RunDirectory directory,
      PairDataset dataset,
      RunTracker tracker,
      long step)
      throws IOException {
    Checkpoint best = Checkpoint.find(directory.path());
    try (ClapModel model = ModelAssembly.restored(config, best)) {
      EvaluationResult test =
          dataset.test().isEmpty() ? null : test(model, directory, dataset, tracker, step);
      Map<String, Double> measured = test == null ? Map.of() : test.byName(TEST);
      List<TrackedDataset> data = DataParts.of(dataset, config.data());
      try {
        tracker.model(
            new FinalModel(best, model, data, measured, Clock.systemUTC().instant())
                .save(directory.path()));
      } catch (IOException e) {
        LOG.warn("the model could not be left in a folder of its own: {}", e.getMessage());
      }
      return test;
    }
  }

  /** Measures a model, once, on what no choice was made by. */
  private static EvaluationResult test(
      ClapModel model, RunDirectory directory, PairDataset dataset, RunTracker tracker, long step)
      throws IOException {
    try (PairEvaluation evaluation =
        new PairEvaluation(new Embedder(model), dataset.test(), dataset.testTask())) {
      EvaluationResult result = evaluation.result();
      tracker.metrics(result.byName(TEST), step);
      RetrievalExamples.save(
          directory.path(), evaluation.examples(model.config().evaluation().examples()));
      artifactIfThere(directory, RetrievalExamples.FILE, tracker);
      artifactIfThere(directory, RetrievalExamples.TABLE_FILE, tracker);
      tracker.tags(Map.of(ValidationRecord.TABLE_TAG, ValidationRecord.tableTag(directory.path())));
      return result;
    }
  }

  private static void artifactIfThere(RunDirectory directory, String file, RunTracker tracker) {
    Path path = directory.path().resolve(file);
    if (Files.exists(path)) {
      tracker.artifact(path, file);
    }
  }

  private static void report(RunDirectory directory, RunTracker tracker) {
    tracker.flush();
    try {
      if (Files.exists(directory.path().resolve(JournalTracker.FILE_NAME))) {
        tracker.artifact(ReportPage.writeFor(directory.path()), ReportPage.FILE);
      }
    } catch (IOException e) {
      LOG.warn("the report could not be written: {}", e.getMessage());
    }
  }

  /**
   * What a run has come to.
   *
   * @param outcome how training ended
   * @param test metrics of the best checkpoint on the test part; null if stopped early or if there
   *     is no test part
   */
  public record Result(TrainingOutcome outcome, @Nullable EvaluationResult test) {}
}
