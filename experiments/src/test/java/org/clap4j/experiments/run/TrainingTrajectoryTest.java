package org.clap4j.experiments.run;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.encoders.weights.HuggingFaceClapNames;
import org.clap4j.encoders.weights.PretrainedWeights;
import org.clap4j.encoders.weights.PublishedFormat;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.config.ConfigLoader;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.clap4j.experiments.model.Components;
import org.clap4j.testkit.Golden;
import org.clap4j.training.ContrastiveTrainer;
import org.clap4j.training.Evaluation;
import org.clap4j.training.RunSurroundings;
import org.clap4j.training.StepReport;
import org.clap4j.training.StopSignal;
import org.clap4j.training.TrainedParts;
import org.clap4j.training.TrainingListener;
import org.clap4j.training.checkpoint.CheckpointStore;
import org.clap4j.training.checkpoint.RunIdentity;
import org.clap4j.training.loading.BatchPosition;
import org.clap4j.training.loading.BatchSource;
import org.clap4j.training.loading.StepBatch;
import org.clap4j.training.optim.ModelOptimizer;
import org.clap4j.training.tracking.SilentTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Twenty steps of HTS-AT and RoBERTa with LAION's heads, InfoNCE, clipping, AdamW and the clamp of
 * the logit scale, as PyTorch and transformers take them.
 */
class TrainingTrajectoryTest {

  private static final int STEPS = 20;
  private static final int BATCHES = 4;

  /** The fixture's for a double implementation, relative. */
  private static final double DOUBLE_TOLERANCE = 1e-7;

  /** The fixture's for float: Adam amplifies round-off where a gradient is nearly 0. */
  private static final double FLOAT_LOSS_TOLERANCE = 1e-3;

  private static final double FLOAT_NORM_TOLERANCE = 5e-3;
  private static final double FLOAT_SCALE_TOLERANCE = 1e-5;
  private static final double FLOAT_EMBEDDING_TOLERANCE = 1e-3;

  /** The fixture's embeddings and projections are rounded to float. */
  private static final double ROUNDED_TOLERANCE = 1e-6;

  /** Key biases, whose true gradient is 0, move by round-off alone: at most so far. */
  private static final double STILL_TOLERANCE = 1e-9;

  private static final String CONFIG =
      """
      name: trajectory
      data: {type: synthetic}
      audio-encoder: {type: htsat, width: 16, depths: [2, 2, 2, 2], heads: [2, 2, 4, 4],
                      stochastic-depth: 0, front-end: {preset: laion}}
      text-encoder: {type: roberta, vocabulary-size: 200, positions: 66, layers: 2, width: 48,
                     heads: 4, feed-forward: 96, dropout: 0, attention-dropout: 0,
                     layer-norm-eps: 1e-12}
      tokenizer: {type: words, max-length: 10}
      head: {type: laion, dim: 32}
      loss: {type: info-nce}
      optimizer: {type: adamw, lr: 1e-3, beta2: 0.999, weight-decay: 0.01}
      schedule: {type: constant}
      clip: {seconds: 2}
      training: {epochs: 0, steps: %d, max-grad-norm: 1, norm-statistics: running}
      """;

  @TempDir Path folder;

  private final Golden golden = Golden.fixture("trajectory");

  @Test
  void doublePrecisionGivesEveryDigit() throws Exception {
    try (Run run = new Run(DataType.DOUBLE, 6, STEPS)) {
      run.train();
      run.assertCurve("loss", run.losses, DOUBLE_TOLERANCE);
      run.assertCurve("grad_norm", run.norms, DOUBLE_TOLERANCE);
      run.assertCurve("logit_scale", run.logLogitScales, DOUBLE_TOLERANCE);
      run.assertParametersMoved();
      run.assertEndsWithEmbeddings(ROUNDED_TOLERANCE);
    }
  }

  @Test
  void chunksOfABatchGiveEveryDigit() throws Exception {
    try (Run run = new Run(DataType.DOUBLE, 4, BATCHES)) {
      run.train();
      run.assertCurve("loss", run.losses, DOUBLE_TOLERANCE);
      run.assertCurve("grad_norm", run.norms, DOUBLE_TOLERANCE);
      run.assertCurve("logit_scale", run.logLogitScales, DOUBLE_TOLERANCE);
    }
  }

  @Test
  void singlePrecisionStaysClose() throws Exception {
    try (Run run = new Run(DataType.FLOAT, 6, STEPS)) {
      run.train();
      double[] losses = run.expected("loss");
      for (int step = 0; step < STEPS; step++) {
        assertEquals(losses[step], run.losses.get(step), FLOAT_LOSS_TOLERANCE, "loss " + step);
      }
      run.assertCurve("grad_norm", run.norms, FLOAT_NORM_TOLERANCE);
      double[] scales = run.expected("logit_scale");
      for (int step = 0; step < STEPS; step++) {
        assertEquals(
            scales[step], run.logLogitScales.get(step), FLOAT_SCALE_TOLERANCE, "scale " + step);
      }
      run.assertEndsWithEmbeddings(FLOAT_EMBEDDING_TOLERANCE);
    }
  }

  /** One run of the trainer, put together as the program does it, but in a chosen precision. */
  private final class Run implements TrainingListener, AutoCloseable {

    final List<Double> losses = new ArrayList<>();
    final List<Double> norms = new ArrayList<>();
    final List<Double> logLogitScales = new ArrayList<>();
    private final ExperimentConfig config;
    private final Tokenizer tokenizer;
    private final ContrastiveLoss loss;
    private final TwoTowerModel model;
    private final Map<String, INDArray> start = new LinkedHashMap<>();
    private final int chunk;
    private final int steps;

    Run(DataType type, int chunk, int steps) throws IOException {
      this.chunk = chunk;
      this.steps = steps;
      Injector injector = Clap4jInjector.create(List.of(), Map.of());
      config =
          injector
              .getInstance(ConfigBinder.class)
              .bind(
                  ExperimentConfig.class, ConfigLoader.parse(CONFIG.formatted(steps), "test.yaml"));
      tokenizer = Components.newTokenizer(config.tokenizer(), List.of("a dog barks"));
      ProjectionHead audioHead = Components.head(config.head());
      loss = LossFactory.create(config.loss(), audioHead.dim());
      model =
          TwoTowerModel.create(
              Components.audioEncoder(config.audioEncoder()),
              audioHead,
              Components.textEncoder(config.textEncoder(), tokenizer),
              Components.head(config.head()),
              loss,
              type,
              RandomSeed.of(1));
      try (SafeTensors weights = Golden.fixture("hf_clap_tiny").open("model.safetensors")) {
        PretrainedWeights.load(weights, PublishedFormat.huggingFaceClap(), model.parameters());
      }
      model.parameters().forEach(p -> start.put(p.name(), p.value().dup()));
    }

    void train() throws Exception {
      try (ModelOptimizer optimizer =
          new ModelOptimizer(
              model.parameters(),
              model.flatParameters(),
              model.flatGradients(),
              Components.optimizer(
                  config.optimizer(), model.flatParameters(), model.flatGradients()),
              Map.of())) {
        new ContrastiveTrainer(
                config.training(),
                new TrainedParts(
                    model,
                    loss,
                    optimizer,
                    Components.schedule(config.schedule(), optimizer.learningRate(), steps),
                    tokenizer),
                new RunSurroundings(
                    Evaluation.none(),
                    CheckpointStore.open(folder, 1),
                    new SilentTracker(),
                    this,
                    new StopSignal()),
                new RunIdentity(1, CONFIG, Map.of("clap4j", "test")))
            .train(new FixtureSource(golden, chunk));
      }
    }

    @Override
    public void stepped(StepReport report) {
      losses.add(report.loss());
      norms.add(report.gradientNorms().total());
      logLogitScales.add(model.lossParameters().scalar("log_logit_scale"));
    }

    double[] expected(String curve) {
      JsonArray values = golden.json("trajectory.json").getAsJsonArray(curve);
      double[] expected = new double[values.size()];
      Arrays.setAll(expected, i -> values.get(i).getAsDouble());
      return expected;
    }

    void assertCurve(String name, List<Double> actual, double relativeTolerance) {
      double[] expected = expected(name);
      assertEquals(steps, actual.size(), "steps");
      for (int step = 0; step < steps; step++) {
        assertEquals(
            expected[step],
            actual.get(step),
            relativeTolerance * Math.abs(expected[step]),
            name + " of step " + step);
      }
    }

    /** How far each parameter has come; running statistics stay. */
    void assertParametersMoved() {
      JsonObject norms =
          golden.json("trajectory.json").getAsJsonObject("parameter_norms_at_the_end");
      for (Parameter parameter : model.parameters()) {
        INDArray moved = parameter.value().sub(start.get(parameter.name()));
        JsonObject norm = norms.getAsJsonObject(HuggingFaceClapNames.theirs(parameter.name()));
        double expected = norm == null ? 0 : norm.get("moved_l2").getAsDouble();
        assertEquals(
            expected,
            moved.norm2Number().doubleValue(),
            ROUNDED_TOLERANCE * expected + STILL_TOLERANCE,
            parameter.name());
      }
    }

    void assertEndsWithEmbeddings(double tolerance) throws IOException {
      try (SafeTensors last = golden.open("final.safetensors");
          SafeTensors batches = golden.open("batches.safetensors")) {
        assertClose(
            "audio_embeds",
            last.array("audio_embeds"),
            model.embedAudio(batches.array("batch0.input_features")),
            tolerance);
        assertClose(
            "text_embeds",
            last.array("text_embeds"),
            model.embedText(FixtureSource.tokens(batches, 0)),
            tolerance);
        for (Parameter parameter : model.parameters()) {
          String name = "param." + parameter.name();
          if (last.has(name)) {
            assertClose(name, last.array(name), parameter.value(), tolerance);
          }
        }
      }
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** The fixture's batches, one after the other, again and again. */
  private static final class FixtureSource implements BatchSource {

    private final Golden golden;
    private final int chunk;
    private int step;

    FixtureSource(Golden golden, int chunk) {
      this.golden = golden;
      this.chunk = chunk;
    }

    @Override
    public StepBatch next() {
      BatchPosition position = position();
      try (SafeTensors batches = golden.open("batches.safetensors")) {
        int batch = step++ % BATCHES;
        INDArray logMel = batches.array("batch" + batch + ".input_features");
        TokenBatch tokens = tokens(batches, batch);
        List<ContrastiveBatch> chunks = new ArrayList<>();
        for (int from = 0; from < tokens.size(); from += chunk) {
          int to = Math.min(tokens.size(), from + chunk);
          chunks.add(rows(logMel, tokens, from, to));
        }
        return new StepBatch(position, chunks, 0);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static ContrastiveBatch rows(INDArray logMel, TokenBatch tokens, int from, int to) {
      List<String> names = new ArrayList<>();
      long[] ids = new long[to - from];
      for (int i = from; i < to; i++) {
        names.add("clip " + i);
        ids[i - from] = i;
      }
      return new ContrastiveBatch(
          rows(logMel, from, to),
          new TokenBatch(
              Arrays.copyOfRange(tokens.ids(), from, to),
              Arrays.copyOfRange(tokens.mask(), from, to)),
          new PairIds(ids, ids.clone()),
          names);
    }

    private static INDArray rows(INDArray array, int from, int to) {
      return array.get(NDArrayIndex.interval(from, to)).dup('c');
    }

    static TokenBatch tokens(SafeTensors batches, int batch) throws IOException {
      return new TokenBatch(
          batches.array("batch" + batch + ".input_ids", DataType.INT32).toIntMatrix(),
          batches.array("batch" + batch + ".attention_mask", DataType.INT32).toIntMatrix());
    }

    @Override
    public BatchPosition position() {
      return new BatchPosition(step / BATCHES, step % BATCHES);
    }

    @Override
    public int stepsPerEpoch() {
      return BATCHES;
    }

    @Override
    public void close() {}
  }
}
