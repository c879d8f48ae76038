package org.clap4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.MelNorm;
import org.clap4j.core.audio.MelScale;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A two-tower model of some hundred parameters, its loss and its batches. */
public final class TinyModel {

  static final int FRAMES = 6;
  static final int MEL_BINS = 5;
  static final int TOKENS = 3;
  static final int VOCABULARY = 11;
  static final int WIDTH = 8;
  static final int DIM = 4;
  static final ContrastiveLoss LOSS = new TinyInfoNce();

  private TinyModel() {}

  /** A model with fresh parameters, the same ones each time. */
  public static TwoTowerModel create(DataType dataType, double dropout) {
    return TwoTowerModel.create(
        new TinyAudio(dropout),
        new TinyHead(),
        new TinyText(dropout),
        new TinyHead(),
        LOSS,
        dataType,
        RandomSeed.of(3));
  }

  /** Up to VOCABULARY pairs of one kind each, which clip and caption show: easy to tell apart. */
  static ContrastiveBatch batch(int pairs, long seed) {
    SplittableRandom random = RandomSeed.of(seed).generator();
    INDArray logMel = Nd4j.create(DataType.FLOAT, pairs, 1, FRAMES, MEL_BINS);
    int[][] ids = new int[pairs][TOKENS];
    int[][] mask = new int[pairs][TOKENS];
    List<String> names = new ArrayList<>();
    int firstKind = random.nextInt(VOCABULARY);
    for (int b = 0; b < pairs; b++) {
      int kind = (firstKind + b) % VOCABULARY;
      for (int t = 0; t < FRAMES; t++) {
        for (int m = 0; m < MEL_BINS; m++) {
          double value = Math.sin(1.7 * kind * (m + 1)) + 0.1 * random.nextGaussian();
          logMel.putScalar(new int[] {b, 0, t, m}, value);
        }
      }
      ids[b][0] = kind;
      mask[b][0] = 1;
      ids[b][1] = random.nextInt(VOCABULARY);
      mask[b][1] = b % 2;
      names.add("clip-" + seed + "-" + b + ".wav");
    }
    return new ContrastiveBatch(logMel, new TokenBatch(ids, mask), PairIds.distinct(pairs), names);
  }

  /** Writes one file, as a tokenizer with a vocabulary would. */
  public static Tokenizer tokenizer() {
    return new Tokenizer() {
      @Override
      public TokenBatch encode(List<String> captions) {
        throw new UnsupportedOperationException();
      }

      @Override
      public int vocabularySize() {
        return VOCABULARY;
      }

      @Override
      public int paddingId() {
        return 0;
      }

      @Override
      public int maxLength() {
        return TOKENS;
      }

      @Override
      public long truncatedCaptions() {
        return 0;
      }

      @Override
      public void save(Path directory) throws IOException {
        Files.writeString(directory.resolve("vocabulary.txt"), "dog\nrain\n");
      }
    };
  }

  private record TinyAudio(double dropout) implements AudioEncoder {
    @Override
    public LogMelSettings frontEnd() {
      return new LogMelSettings(8000, 256, 80, MEL_BINS, 0, 4000, MelScale.SLANEY, MelNorm.SLANEY);
    }

    @Override
    public int featureDim() {
      return WIDTH;
    }

    @Override
    public String addTo(GraphBuilder graph, String prefix, String input) {
      String pooled = graph.add(prefix + ".pool", new FrameMean(), input);
      String hidden = graph.add(prefix + ".fc", Linear.withBias(MEL_BINS, WIDTH), pooled);
      String active = graph.add(prefix + ".gelu", new Gelu(), hidden);
      return dropout > 0 ? graph.add(prefix + ".dropout", new Dropout(dropout), active) : active;
    }
  }

  private record TinyText(double dropout) implements TextEncoder {
    @Override
    public int featureDim() {
      return WIDTH;
    }

    @Override
    public int maxLength() {
      return TOKENS;
    }

    @Override
    public String addTo(GraphBuilder graph, String prefix, String input) {
      String pooled = graph.add(prefix + ".bag", new BagOfTokens(), input);
      String hidden = graph.add(prefix + ".fc", Linear.withBias(VOCABULARY, WIDTH), pooled);
      return dropout > 0 ? graph.add(prefix + ".dropout", new Dropout(dropout), hidden) : hidden;
    }
  }

  private record TinyHead() implements ProjectionHead {
    @Override
    public int dim() {
      return DIM;
    }

    @Override
    public String addTo(GraphBuilder graph, String prefix, String input, int featureDim) {
      return graph.add(prefix, Linear.withoutBias(featureDim, DIM), input);
    }
  }

  /**
   * [B, 1, frames, mel] to [B, mel]: mean over frames, less the running mean, which does not depend
   * on the batch's other rows; the running mean moves a tenth of the way to the batch's.
   */
  private record FrameMean() implements Block {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec("gain", Kind.NO_DECAY, new Initializer.Constant(1), MEL_BINS),
          new ParameterSpec("running_mean", Kind.STATE, new Initializer.Constant(0), MEL_BINS));
    }

    @Override
    public INDArray forward(BlockContext context, INDArray input) {
      INDArray mean = context.activation(input.size(0), MEL_BINS);
      mean.assign(input.mean(1, 2));
      if (context.keepsForBackward()) {
        context.save("mean", mean);
      }
      INDArray output = context.activation(mean.shape());
      INDArray centred = mean.subRowVector(context.parameter("running_mean"));
      return output.assign(centred.muliRowVector(context.parameter("gain")));
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
      INDArray mean = context.saved("mean");
      INDArray running = context.parameter("running_mean");
      INDArray centred = mean.subRowVector(running);
      context.gradient("gain").assign(centred.mul(outputGradient).sum(0));
      context.gradient("running_mean").assign(running.sub(mean.mean(0)).mul(0.1));
      return context.inputGradient(1);
    }
  }

  /** [B, L] ids to [B, VOCABULARY] counts of the tokens that the mask leaves. */
  private record BagOfTokens() implements Block {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public INDArray forward(BlockContext context, INDArray ids) {
      INDArray mask = Objects.requireNonNull(context.mask());
      INDArray counts = context.activation(ids.size(0), VOCABULARY);
      counts.assign(0);
      for (long b = 0; b < ids.size(0); b++) {
        for (long t = 0; t < ids.size(1); t++) {
          long id = (long) ids.getDouble(b, t);
          counts.putScalar(b, id, counts.getDouble(b, id) + mask.getDouble(b, t));
        }
      }
      return counts;
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
      return context.inputGradient(1);
    }

    @Override
    public boolean passesMask() {
      return false;
    }
  }

  /** Symmetric InfoNCE in plain operations; the log of the logit scale stays in [0, ln 100]. */
  private record TinyInfoNce() implements ContrastiveLoss {

    private static final String SCALE = "log_logit_scale";

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec(SCALE, Kind.NO_DECAY, new Initializer.Constant(2), new long[] {1}));
    }

    @Override
    public LossOutput evaluate(
        INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
      double scale = Math.exp(parameters.scalar(SCALE));
      int pairs = ids.size();
      INDArray logits_NN = audio_ND.mmul(text_ND.transpose()).mul(scale);
      INDArray rows = Transforms.softmax(logits_NN, true);
      INDArray columns = Transforms.softmax(logits_NN.transpose().dup('c'), true).transpose();
      double value = 0;
      for (int i = 0; i < pairs; i++) {
        value -= (Math.log(rows.getDouble(i, i)) + Math.log(columns.getDouble(i, i))) / 2 / pairs;
      }
      INDArray identity = Nd4j.eye(pairs).castTo(audio_ND.dataType());
      INDArray g_NN = rows.add(columns).subi(identity.mul(2)).divi(2 * pairs);
      INDArray scaleGradient =
          Nd4j.scalar(audio_ND.dataType(), g_NN.mul(logits_NN).sumNumber().doubleValue());
      return new LossOutput(
          value,
          g_NN.mmul(text_ND).muli(scale),
          g_NN.transpose().mmul(audio_ND).muli(scale),
          Map.of(SCALE, scaleGradient.reshape(1)));
    }

    @Override
    public void afterStep(LossParameters parameters, long steps) {
      double value = parameters.scalar(SCALE);
      parameters.get(SCALE).assign(Math.min(Math.max(value, 0), Math.log(100)));
    }
  }
}
