package org.clap4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.loss.Scoring;
import org.clap4j.core.model.Embeddings;
import org.clap4j.core.model.Frozen;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.training.checkpoint.BestMetric;
import org.clap4j.training.checkpoint.Checkpoint;
import org.clap4j.training.checkpoint.RunIdentity;
import org.clap4j.training.checkpoint.TrainingProgress;
import org.clap4j.training.checkpoint.TrainingState;
import org.clap4j.training.evaluation.EmbeddingDiagnostics;
import org.clap4j.training.loading.BatchSource;
import org.clap4j.training.loading.StepBatch;
import org.clap4j.training.optim.GradientNorms;
import org.clap4j.training.schedule.Schedule;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a two-tower model: the only training loop. A step is: load, embed, loss, backward, clip,
 * update, log.
 *
 * <pre>{@code
 * ContrastiveTrainer trainer = new ContrastiveTrainer(config, parts, surroundings, identity);
 * checkpoint.ifPresent(trainer::resumeFrom);   // before the source is opened at trainer.progress()
 * TrainingOutcome outcome = trainer.train(source);
 * }</pre>
 *
 * <p>The same parts, data, seed and number of threads give the same curve and weights bit for bit,
 * whether a run was interrupted or not: what a step draws derives from (seed, step, chunk) alone.
 *
 * <p>Evaluations happen every so many steps or at the ends of epochs, and at the end. A checkpoint
 * is written every so many steps or at the ends of epochs, whenever an evaluation is the best so
 * far, and at the end or when the run is asked to stop.
 */
public final class ContrastiveTrainer {

  private final TrainingConfig config;
  private final TrainedParts parts;
  private final RunSurroundings surroundings;
  private final RunIdentity identity;
  private final RandomSeed dropoutSeed;
  private final LongSupplier nanoTime;
  private final TrainingWarnings warnings;

  private TrainingProgress progress = TrainingProgress.start();
  private Map<String, Double> lastEvaluation = Map.of();
  private Frozen frozen = Frozen.none();
  private long savedStep = -1;

  /**
   * Prepares a run from its beginning.
   *
   * @param config how to train
   * @param parts what to train
   * @param surroundings who measures, keeps, hears and stops
   * @param identity seed and configuration, for the checkpoints
   */
  public ContrastiveTrainer(
      TrainingConfig config,
      TrainedParts parts,
      RunSurroundings surroundings,
      RunIdentity identity) {
    this(config, parts, surroundings, identity, System::nanoTime);
  }

  ContrastiveTrainer(
      TrainingConfig config,
      TrainedParts parts,
      RunSurroundings surroundings,
      RunIdentity identity,
      LongSupplier nanoTime) {
    this.config = config;
    this.parts = parts;
    this.surroundings = surroundings;
    this.identity = identity;
    this.nanoTime = nanoTime;
    this.warnings = new TrainingWarnings(parts.loss());
    this.dropoutSeed = RandomSeed.of(identity.seed()).split("dropout");
  }

  /** How far the run has come; its position is where the source must be opened. */
  public TrainingProgress progress() {
    return progress;
  }

  /** Takes weights, optimiser, schedule and counts from a checkpoint of this run. */
  public void resumeFrom(Checkpoint checkpoint) throws IOException {
    checkpoint.restoreModel(parts.model());
    checkpoint.restoreOptimizer(parts.optimizer());
    progress = checkpoint.state().progress();
    savedStep = progress.step();
    if (!progress.schedule().isEmpty()) {
      parts.schedule().restore(progress.schedule());
    }
  }

  /**
   * Trains until the configured number of steps is done, or until asked to stop.
   *
   * @param source gives the steps, from {@link #progress()}'s position on; not closed
   * @throws AudioException if a clip cannot be read
   * @throws IOException if a checkpoint cannot be written
   * @throws NonFiniteException if loss or gradient is not finite and the run is to stop then
   */
  public TrainingOutcome train(BatchSource source) throws IOException, AudioException {
    requireSamePosition(source);
    long total = config.totalSteps(source.stepsPerEpoch());
    surroundings.listener().started(progress.step(), total, source.stepsPerEpoch());
    try (ContrastiveGradient gradient =
        new ContrastiveGradient(parts.model(), parts.loss(), config.normStatistics())) {
      while (progress.step() < total && !surroundings.stop().isRequested()) {
        step(source, gradient);
        boolean epochEnds = source.position().index() == 0;
        boolean last = progress.step() == total;
        boolean best = isDue(config.evaluateEvery(), epochEnds, last) && evaluate();
        if (best || isDue(config.checkpointEvery(), epochEnds, last)) {
          save();
        }
      }
    }
    if (savedStep != progress.step()) {
      save();
    }
    RunTracker.Status status =
        progress.step() < total ? RunTracker.Status.KILLED : RunTracker.Status.FINISHED;
    return new TrainingOutcome(status, progress, lastEvaluation);
  }

  private void requireSamePosition(BatchSource source) {
    if (!source.position().equals(progress.position())) {
      throw new IllegalArgumentException(
          "the source stands at "
              + source.position()
              + ", the run at "
              + progress.position()
              + "; open the source at the run's position");
    }
  }

  private boolean isDue(int every, boolean epochEnds, boolean last) {
    return last || (every == 0 ? epochEnds : progress.step() % every == 0);
  }

  private void step(BatchSource source, ContrastiveGradient gradient) throws AudioException {
    long step = progress.step();
    freeze(config.freeze().frozenAt(step));
    double learningRate = parts.schedule().learningRate(step);
    long start = nanoTime.getAsLong();
    StepReport report;
    int pairs;
    Map<String, Double> metrics = new LinkedHashMap<>();
    try (StepBatch batch = source.next()) {
      double loadSeconds = secondsSince(start);
      pairs = batch.size();
      double loss = gradient.compute(batch, dropoutSeed.split(step), diagnosis(batch, metrics));
      GradientNorms norms = parts.optimizer().gradientNorms(frozen);
      boolean updated = update(batch, loss, norms, learningRate);
      parts.schedule().stepped(loss);
      advance(source, updated);
      report =
          new StepReport(
              progress.step(),
              batch.position().epoch(),
              loss,
              learningRate,
              LossParameterMetrics.of(parts.loss(), parts.model().lossParameters()),
              norms,
              batch.size() / secondsSince(start),
              loadSeconds,
              batch.duplicateShare(),
              progress.nonFiniteSteps());
    }
    surroundings.listener().stepped(report);
    if (isLogged(report.step())) {
      warn(report, pairs, metrics);
      metrics.putAll(report.metrics());
      surroundings.tracker().metrics(metrics, report.step());
    }
  }

  private void warn(StepReport report, int pairs, Map<String, Double> metrics) {
    warnings
        .look(report, pairs, metrics, parts.model().lossParameters())
        .forEach(
            (name, message) -> {
              surroundings.listener().warned(report.step(), message);
              surroundings.tracker().tags(Map.of("clap4j.warning." + name, message));
            });
  }

  private boolean isLogged(long step) {
    return step % config.logEvery() == 0 || step == 1;
  }

  /** Adds what the embeddings of the next step tell to its metrics, if they are to be logged. */
  @SuppressWarnings("try") // the scope is opened and closed, nothing is asked of it
  private Consumer<Embeddings> diagnosis(StepBatch batch, Map<String, Double> metrics) {
    if (!isLogged(progress.step() + 1)) {
      return embeddings -> {};
    }
    Scoring scoring = parts.loss().scoring(parts.model().lossParameters());
    return embeddings -> {
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        EmbeddingDiagnostics.of(embeddings.audio_ND(), embeddings.text_ND(), batch.ids(), scoring)
            .byName()
            .forEach((name, value) -> metrics.put("train/" + name, value));
      }
    };
  }

  private void freeze(Frozen wanted) {
    if (!wanted.equals(frozen)) {
      parts.model().freeze(wanted);
      frozen = wanted;
    }
  }

  private double secondsSince(long start) {
    return Math.max(1, nanoTime.getAsLong() - start) * 1e-9;
  }

  /** Moves the parameters, unless something is not finite. */
  private boolean update(StepBatch batch, double loss, GradientNorms norms, double learningRate) {
    String problem = problem(loss, norms);
    if (problem != null && config.onNonfinite() == OnNonFinite.STOP) {
      throw new NonFiniteException(progress.step() + 1, problem, batch.clipNames());
    }
    if (problem != null) {
      return false;
    }
    double scale = norms.clippingCoefficient(config.maxGradNorm());
    parts.optimizer().update(learningRate, scale, frozen);
    parts.loss().afterStep(parts.model().lossParameters(), progress.step() + 1);
    return true;
  }

  private @Nullable String problem(double loss, GradientNorms norms) {
    if (!Double.isFinite(loss)) {
      return "the loss is " + loss;
    }
    if (!norms.isFinite()) {
      return "the gradient's norm is " + norms.total() + " (the loss is " + loss + ")";
    }
    if (!parts.optimizer().statisticsAreFinite(frozen)) {
      return "the running statistics of batch norm would not stay finite (the loss is "
          + loss
          + ")";
    }
    return null;
  }

  private void advance(BatchSource source, boolean updated) {
    progress =
        new TrainingProgress(
            progress.step() + 1,
            source.position(),
            parts.optimizer().updates(),
            parts.schedule().state(),
            progress.best(),
            progress.nonFiniteSteps() + (updated ? 0 : 1));
  }

  /** Measures the model; says whether it is the best so far. */
  private boolean evaluate() throws IOException {
    long step = progress.step();
    surroundings.listener().evaluating(step);
    parts.schedule().evaluationDue();
    Map<String, Double> metrics = new LinkedHashMap<>(surroundings.evaluation().evaluate(step));
    if (metrics.isEmpty()) {
      requireNothingIsWatched();
      progress = progress.evaluated(parts.schedule().state(), progress.best());
      return false;
    }
    lastEvaluation = Map.copyOf(metrics);
    surroundings.tracker().metrics(metrics, step);
    surroundings.listener().evaluated(step, metrics);
    tellSchedule(metrics);
    Double value = metrics.get(config.bestMetric());
    if (value == null) {
      throw new IllegalArgumentException(
          notMeasured("training.best-metric", config.bestMetric(), metrics));
    }
    BestMetric best = progress.best();
    double bar = best == null ? config.bestMode().worst() : best.value();
    boolean better = config.bestMode().isBetter(value, bar);
    progress =
        progress.evaluated(
            parts.schedule().state(),
            better ? new BestMetric(config.bestMetric(), value, step) : best);
    return better;
  }

  private void requireNothingIsWatched() {
    parts
        .schedule()
        .watchedMetric()
        .ifPresent(
            metric -> {
              throw new IllegalArgumentException(
                  "schedule.metric '"
                      + metric
                      + "' is not measured: there is nothing to evaluate on; give the data a"
                      + " validation part, watch train/loss, or choose another schedule");
            });
  }

  private void tellSchedule(Map<String, Double> metrics) {
    Schedule schedule = parts.schedule();
    Optional<String> watched = schedule.watchedMetric();
    if (watched.isPresent()) {
      Double value = metrics.get(watched.get());
      if (value == null) {
        throw new IllegalArgumentException(notMeasured("schedule.metric", watched.get(), metrics));
      }
      schedule.observe(value);
    }
  }

  private static String notMeasured(String key, String metric, Map<String, Double> metrics) {
    return key + " '" + metric + "' is not measured; measured are " + metrics.keySet();
  }

  private void save() throws IOException {
    TrainingState state = new TrainingState(identity, progress);
    surroundings.tracker().flush();
    Path directory = surroundings.checkpoints().save(state, parts.content());
    savedStep = progress.step();
    surroundings.listener().checkpointed(savedStep, directory);
  }
}
