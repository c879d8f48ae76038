package org.clap4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Part;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.training.checkpoint.Checkpoint;
import org.clap4j.training.checkpoint.CheckpointStore;
import org.clap4j.training.checkpoint.RunIdentity;
import org.clap4j.training.checkpoint.TrainingProgress;
import org.clap4j.training.loading.BatchPosition;
import org.clap4j.training.optim.AdamWConfig;
import org.clap4j.training.optim.AdamWFactory;
import org.clap4j.training.optim.ModelOptimizer;
import org.clap4j.training.schedule.PlateauConfig;
import org.clap4j.training.schedule.PlateauFactory;
import org.clap4j.training.schedule.Schedule;
import org.clap4j.training.schedule.WarmupCosineConfig;
import org.clap4j.training.schedule.WarmupCosineFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ContrastiveTrainerTest {

  private static final int STEPS_PER_EPOCH = 4;
  private static final int STEPS = 12;

  /** Five pairs told apart: far below ln 5 = 1.6, where an untrained model stands. */
  private static final double OVERFITTED_LOSS = 0.2;

  @TempDir Path folder;

  @Test
  void overfitsOneBatch() throws Exception {
    Run run = new Run("overfit", config(60, 0), 0);
    run.change = same -> TinyModel.batch(5, 8);
    run.train();
    double loss = run.losses.lastEntry().getValue();
    assertTrue(loss < OVERFITTED_LOSS, "loss " + loss);
  }

  @Test
  void equalSeedsGiveEqualCurvesAndWeights() throws Exception {
    Run first = new Run("first", config(STEPS, 0));
    Run second = new Run("second", config(STEPS, 0));
    first.train();
    second.train();
    assertEquals(first.losses, second.losses);
    assertEquals(first.weights, second.weights);
  }

  @Test
  void recordIsDurableBeforeEachCheckpointIs() throws Exception {
    Run run = new Run("flushed", config(STEPS, 4));
    run.train();
    assertEquals(STEPS / 4, run.flushes.size());
    for (long step : run.flushes) {
      assertEquals(0, step % 4);
      assertTrue(run.tracked.containsKey(step), () -> "step " + step + " is not in the record");
    }
  }

  @Test
  void seedsMatter() throws Exception {
    Run first = new Run("first", config(STEPS, 0));
    Run second = new Run("second", config(STEPS, 0));
    second.seed = 2;
    first.train();
    second.train();
    assertNotEquals(first.losses, second.losses);
  }

  @Test
  void resumedEqualsUninterrupted() throws Exception {
    Run whole = new Run("whole", config(STEPS, 0));
    whole.chunkSizes = new int[] {4, 3};
    whole.train();
    Run stopped = new Run("stopped", config(STEPS, 0));
    stopped.chunkSizes = new int[] {4, 3};
    stopped.afterStep = step -> stopped.requestStopAt(step, 5);
    assertEquals(RunTracker.Status.KILLED, stopped.train().status());
    assertEquals(5, stopped.losses.size());
    Run resumed = new Run("stopped", config(STEPS, 0));
    resumed.chunkSizes = new int[] {4, 3};
    assertEquals(RunTracker.Status.FINISHED, resumed.train().status());
    assertEquals(7, resumed.losses.size());
    stopped.losses.putAll(resumed.losses);
    assertEquals(whole.losses, stopped.losses);
    assertEquals(whole.weights, resumed.weights);
  }

  @Test
  void whatAKillLeavesBehindGoesOnAlike() throws Exception {
    Run whole = new Run("whole", plateauConfig());
    whole.plateau = true;
    whole.afterStep = step -> copyAt(step, 7);
    whole.train();
    Path halfWritten = folder.resolve("killed/checkpoints/.step-8.tmp");
    Files.createDirectories(halfWritten);
    Files.writeString(halfWritten.resolve("model.safetensors"), "half");
    Run resumed = new Run("killed", plateauConfig());
    resumed.plateau = true;
    resumed.train();
    assertEquals(6, resumed.losses.firstKey());
    assertEquals(whole.losses.tailMap(6L), resumed.losses);
    assertEquals(whole.weights, resumed.weights);
    assertEquals(whole.progress, resumed.progress);
    assertTrue(Files.notExists(halfWritten));
  }

  @Test
  void trainingLossIsWatchedWithoutAnythingToEvaluateOn() throws Exception {
    Run run = new Run("train-loss", config(STEPS, 0));
    run.watchesTrainLoss = true;
    run.train();
    assertEquals(0.02, run.trackedAt(STEPS_PER_EPOCH).get("train/lr"));
    assertEquals(0.02, run.trackedAt(2L * STEPS_PER_EPOCH).get("train/lr"));
    assertEquals(0.01, run.trackedAt(3L * STEPS_PER_EPOCH).get("train/lr"));
    assertEquals(0.005, run.progress.schedule().get("learning-rate"));
  }

  private void copyAt(long step, long at) {
    if (step == at) {
      copyTree(folder.resolve("whole"), folder.resolve("killed"));
    }
  }

  private static void copyTree(Path from, Path to) {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        if (!Files.isSymbolicLink(path)) {
          Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keepsTheLastCheckpointsAndTheBest() throws Exception {
    Run run = new Run("run", config(5 * STEPS_PER_EPOCH, 0));
    run.scores = List.of(0.1, 0.7, 0.3, 0.2, 0.5);
    run.train();
    Path directory = folder.resolve("run");
    try (Stream<Path> kept = Files.list(directory.resolve("checkpoints"))) {
      assertEquals(
          List.of("step-16", "step-20", "step-8"),
          kept.map(path -> path.getFileName().toString()).sorted().toList());
    }
    assertEquals(
        directory.resolve("checkpoints/step-8").toRealPath(),
        directory.resolve("best").toRealPath());
    assertEquals(
        directory.resolve("checkpoints/step-20").toRealPath(),
        directory.resolve("last").toRealPath());
    assertEquals(8, Checkpoint.find(directory).state().progress().step());
    assertEquals(20, CheckpointStore.last(directory).orElseThrow().state().progress().step());
  }

  @Test
  void nonFiniteStepsStopTheRunAndNameTheirClips() throws Exception {
    Run run = new Run("stop", config(STEPS, 0));
    run.poisonedStep = 5;
    NonFiniteException e = assertThrows(NonFiniteException.class, run::train);
    assertEquals(
        "step 6: the loss is NaN; the model keeps the state before this step, and the last"
            + " checkpoint is good. Lower optimizer.lr, look for damaged clips, or set"
            + " training.on-nonfinite=skip. Clips of the step: clip-1010-0.wav, clip-1010-1.wav,"
            + " clip-1010-2.wav, clip-1010-3.wav, clip-1010-4.wav",
        e.getMessage());
    assertEquals(4, Checkpoint.find(folder.resolve("stop")).state().progress().step());
  }

  @Test
  void nonFiniteStepsAreSkippedAndCountedOnDemand() throws Exception {
    Run run = new Run("skip", with(config(STEPS, 0), OnNonFinite.SKIP, FreezeConfig.none()));
    run.poisonedStep = 5;
    List<INDArray> before = new ArrayList<>();
    run.afterStep =
        step -> {
          if (step == 5 || step == 6) {
            before.add(run.model.flatParameters().dup());
          }
        };
    assertEquals(RunTracker.Status.FINISHED, run.train().status());
    assertEquals(before.get(0), before.get(1));
    assertEquals(1, run.progress.nonFiniteSteps());
    assertEquals(Long.valueOf(STEPS - 1), run.progress.updates().get("audio_encoder.1"));
    assertTrue(Double.isFinite(run.weights.sumNumber().doubleValue()));
    assertEquals(1.0, run.trackedAt(6).get("train/nonfinite_count"));
  }

  @Test
  void frozenPartsLearnOnlyOutsideTheirSteps() throws Exception {
    FreezeConfig freeze =
        new FreezeConfig(
            0, 6, FreezeConfig.Extent.TOWER, 0, 3, STEPS, FreezeConfig.Extent.ENCODER, 0);
    Run run = new Run("freeze", with(config(STEPS, 0), OnNonFinite.STOP, freeze));
    Map<Part, List<Double>> squares = new EnumMap<>(Part.class);
    run.afterStep =
        step -> {
          for (Part part : Part.values()) {
            squares
                .computeIfAbsent(part, absent -> new ArrayList<>())
                .add(squares(run.model, part));
          }
        };
    run.train();
    for (int step = 2; step <= STEPS; step++) {
      assertEquals(step > 6, moved(squares.get(Part.AUDIO_ENCODER), step), "step " + step);
      assertEquals(step > 6, moved(squares.get(Part.AUDIO_HEAD), step), "step " + step);
      assertEquals(step <= 3, moved(squares.get(Part.TEXT_ENCODER), step), "step " + step);
      assertTrue(moved(squares.get(Part.TEXT_HEAD), step), "step " + step);
    }
    Map<String, Long> updates = run.progress.updates();
    assertEquals(6, updates.get("audio_encoder.1"));
    assertEquals(6, updates.get("audio_head.1"));
    assertEquals(3, updates.get("text_encoder.1"));
    assertEquals(12, updates.get("text_head.1"));
    assertEquals(12, updates.get("loss.1"));
  }

  private static boolean moved(@Nullable List<Double> squares, int step) {
    return !Objects.requireNonNull(squares).get(step - 1).equals(squares.get(step - 2));
  }

  private static double squares(TwoTowerModel model, Part part) {
    double sum = 0;
    for (Parameter parameter : model.parameters()) {
      if (parameter.part() == part) {
        sum += parameter.value().mul(parameter.value()).sumNumber().doubleValue();
      }
    }
    return sum;
  }

  @Test
  void logsWhatAStepDid() throws Exception {
    Run run = new Run("log", config(STEPS, 0));
    run.train();
    Map<String, Double> metrics = run.trackedAt(2);
    assertEquals(run.losses.get(1L), metrics.get("train/loss"));
    assertEquals(0.25, metrics.get("train/duplicate_share"));
    assertEquals(0.0, metrics.get("train/nonfinite_count"));
    assertTrue(
        metrics
            .keySet()
            .containsAll(
                List.of(
                    "train/lr",
                    "train/epoch",
                    "train/logit_scale",
                    "train/grad_norm",
                    "train/grad_norm_audio",
                    "train/grad_norm_text",
                    "train/grad_norm_loss",
                    "train/clips_per_second",
                    "train/load_seconds",
                    "train/positive_similarity",
                    "train/negative_similarity",
                    "train/audio_to_text_accuracy",
                    "train/audio_uniformity")),
        metrics.keySet().toString());
    assertEquals(List.of(1L, 2L, 4L, 6L, 8L, 10L, 12L), List.copyOf(run.tracked.keySet()));
  }

  @Test
  void saysWhenTheBestMetricIsNotMeasured() {
    TrainingConfig config = config(STEPS, 0);
    Run run = new Run("metric", withMetric(config, "val/accuracy"));
    run.scores = List.of(1.0, 1.0, 1.0);
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, run::train);
    assertEquals(
        "training.best-metric 'val/accuracy' is not measured; measured are [val/score]",
        e.getMessage());
  }

  private static TrainingConfig config(long steps, int checkpointEvery) {
    return new TrainingConfig(
        5,
        0,
        0,
        steps,
        1.0,
        NormStatistics.BATCH,
        OnNonFinite.STOP,
        2,
        0,
        checkpointEvery,
        2,
        "val/score",
        MetricMode.MAX,
        FreezeConfig.none(),
        RateFactors.equal());
  }

  private static TrainingConfig plateauConfig() {
    return config(STEPS, 3);
  }

  private static TrainingConfig with(
      TrainingConfig config, OnNonFinite onNonfinite, FreezeConfig freeze) {
    return new TrainingConfig(
        config.batchSize(),
        config.chunkSize(),
        config.epochs(),
        config.steps(),
        config.maxGradNorm(),
        config.normStatistics(),
        onNonfinite,
        config.logEvery(),
        config.evaluateEvery(),
        config.checkpointEvery(),
        config.keepLast(),
        config.bestMetric(),
        config.bestMode(),
        freeze,
        config.learningRateFactors());
  }

  private static TrainingConfig withMetric(TrainingConfig config, String metric) {
    return new TrainingConfig(
        config.batchSize(),
        config.chunkSize(),
        config.epochs(),
        config.steps(),
        config.maxGradNorm(),
        config.normStatistics(),
        config.onNonfinite(),
        config.logEvery(),
        config.evaluateEvery(),
        config.checkpointEvery(),
        config.keepLast(),
        metric,
        config.bestMode(),
        config.freeze(),
        config.learningRateFactors());
  }

  /** One process's part of a run: goes on from what its directory holds. */
  private final class Run implements TrainingListener {
    final TreeMap<Long, Double> losses = new TreeMap<>();
    final TreeMap<Long, Map<String, Double>> tracked = new TreeMap<>();
    private final List<Long> flushes = new ArrayList<>();
    private final Path directory;
    private final TrainingConfig config;
    private final StopSignal stop = new StopSignal();

    int[] chunkSizes = {5};
    long seed = 1;
    long poisonedStep = -1;
    boolean plateau;
    boolean watchesTrainLoss;
    List<Double> scores = List.of();
    UnaryOperator<ContrastiveBatch> change = batch -> batch;
    LongConsumer afterStep = step -> {};

    final TwoTowerModel model;
    private long steps;
    INDArray weights;
    TrainingProgress progress = TrainingProgress.start();

    Run(String name, TrainingConfig config) {
      this(name, config, 0.2);
    }

    Run(String name, TrainingConfig config, double dropout) {
      this.directory = folder.resolve(name);
      this.config = config;
      this.model = TinyModel.create(DataType.FLOAT, dropout);
      this.weights = model.flatParameters();
    }

    Map<String, Double> trackedAt(long step) {
      return tracked.getOrDefault(step, Map.of());
    }

    TrainingOutcome train() throws IOException, AudioException {
      AdamWConfig adamW = new AdamWConfig(0.02, 0.9, 0.98, 1e-8, 0.05);
      try (ModelOptimizer optimizer =
          new ModelOptimizer(
              model.parameters(),
              model.flatParameters(),
              model.flatGradients(),
              new AdamWFactory().create(adamW, model.flatParameters(), model.flatGradients()),
              Map.of())) {
        return train(optimizer);
      } finally {
        weights = model.flatParameters().dup();
        model.close();
      }
    }

    private TrainingOutcome train(ModelOptimizer optimizer) throws IOException, AudioException {
      ContrastiveTrainer trainer =
          new ContrastiveTrainer(
              config,
              new TrainedParts(model, TinyModel.LOSS, optimizer, schedule(), TinyModel.tokenizer()),
              new RunSurroundings(
                  step -> evaluate(),
                  CheckpointStore.open(directory, config.keepLast()),
                  new RecordingTracker(tracked, this::flushed),
                  this,
                  stop),
              new RunIdentity(seed, "name: tiny\n", Map.of("clap4j", "test")));
      var last = CheckpointStore.last(directory);
      if (last.isPresent()) {
        trainer.resumeFrom(last.get());
      }
      steps = trainer.progress().step();
      BatchPosition position = trainer.progress().position();
      TrainingOutcome outcome =
          trainer.train(new SeededSource(position, STEPS_PER_EPOCH, this::changed, chunkSizes));
      progress = outcome.progress();
      return outcome;
    }

    /** Notes of which step the record was made durable, and that no checkpoint of it was there. */
    private void flushed() {
      if (Files.notExists(directory.resolve("checkpoints/step-" + steps))) {
        flushes.add(steps);
      }
    }

    private ContrastiveBatch changed(ContrastiveBatch batch) {
      ContrastiveBatch changed = change.apply(batch);
      if (steps == poisonedStep) {
        changed.logMel().putScalar(0, Double.NaN);
      }
      return changed;
    }

    private Schedule schedule() {
      if (watchesTrainLoss) { // and never finds that it has become better
        return new PlateauFactory()
            .create(
                new PlateauConfig("train/loss", MetricMode.MIN, 0.5, 0, 0.999, 0, 0), 0.02, STEPS);
      }
      return plateau
          ? new PlateauFactory()
              .create(new PlateauConfig("val/score", MetricMode.MAX, 0.5, 0, 0, 0, 0), 0.02, STEPS)
          : new WarmupCosineFactory().create(new WarmupCosineConfig(3, 1, 0), 0.02, config.steps());
    }

    private Map<String, Double> evaluate() {
      if (plateau) {
        return Map.of("val/score", model.flatParameters().getDouble(0));
      }
      int epoch = (int) (steps / STEPS_PER_EPOCH) - 1;
      return scores.isEmpty() ? Map.of() : Map.of("val/score", scores.get(epoch));
    }

    void requestStopAt(long step, long at) {
      if (step == at) {
        stop.request();
      }
    }

    @Override
    public void stepped(StepReport report) {
      steps = report.step();
      losses.put(report.step() - 1, report.loss());
      afterStep.accept(report.step());
    }
  }

  private record RecordingTracker(Map<Long, Map<String, Double>> tracked, Runnable flushed)
      implements RunTracker {
    @Override
    public void flush() {
      flushed.run();
    }

    @Override
    public void params(Map<String, String> params) {}

    @Override
    public void tags(Map<String, String> tags) {}

    @Override
    public void dataset(TrackedDataset dataset) {}

    @Override
    public void metrics(Map<String, Double> values, long step) {
      tracked.merge(
          step,
          values,
          (left, right) -> {
            Map<String, Double> all = new LinkedHashMap<>(left);
            all.putAll(right);
            return all;
          });
    }

    @Override
    public void artifact(Path file, String artifactPath) {}

    @Override
    public void model(TrackedModel model) {}

    @Override
    public void end(Status status, String message) {}

    @Override
    public void close() {}
  }
}
