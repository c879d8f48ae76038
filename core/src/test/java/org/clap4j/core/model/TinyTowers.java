package org.clap4j.core.model;

import java.util.List;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.MelNorm;
import org.clap4j.core.audio.MelScale;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Towers of a few parameters that use every part of the block contract. */
final class TinyTowers {

  static final int MEL_BINS = 3;
  static final int VOCABULARY = 7;
  static final int WIDTH = 4;
  static final int DIM = 5;

  private TinyTowers() {}

  static TwoTowerModel model(DataType dataType) {
    return model(dataType, RandomSeed.of(5));
  }

  static TwoTowerModel model(DataType dataType, @Nullable RandomSeed seed) {
    return TwoTowerModel.create(
        new TinyAudioEncoder(),
        new TinyHead(),
        new TinyTextEncoder(),
        new TinyHead(),
        new NoLoss(),
        dataType,
        seed);
  }

  static ContrastiveBatch batch(int pairs, int frames, int tokens) {
    java.util.SplittableRandom random = RandomSeed.of(pairs + 31L * frames).generator();
    INDArray logMel = Nd4j.create(DataType.FLOAT, pairs, 1, frames, MEL_BINS);
    for (long i = 0; i < logMel.length(); i++) {
      logMel.putScalar(i, random.nextGaussian());
    }
    int[][] ids = new int[pairs][tokens];
    int[][] mask = new int[pairs][tokens];
    for (int b = 0; b < pairs; b++) {
      for (int t = 0; t < Math.max(1, tokens - b % tokens); t++) {
        ids[b][t] = random.nextInt(1, VOCABULARY);
        mask[b][t] = 1;
      }
    }
    return new ContrastiveBatch(
        logMel,
        new TokenBatch(ids, mask),
        PairIds.distinct(pairs),
        java.util.stream.IntStream.range(0, pairs).mapToObj(b -> "clip" + b).toList());
  }

  /** Mean over frames, then gain and running mean per mel bin. */
  private record TinyAudioEncoder() implements AudioEncoder {
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
      String pooled = graph.add(prefix + ".pool_1", new FrameMean(), input);
      return graph.add(prefix + ".fc", new TanhLayer(MEL_BINS, WIDTH), pooled);
    }
  }

  private record TinyTextEncoder() implements TextEncoder {
    @Override
    public int featureDim() {
      return WIDTH;
    }

    @Override
    public int maxLength() {
      return 16;
    }

    @Override
    public String addTo(GraphBuilder graph, String prefix, String input) {
      String same = graph.add(prefix + ".same", new Same(), input);
      String pooled = graph.add(prefix + ".pool", new BagOfTokens(), same);
      return graph.add(prefix + ".fc", new TanhLayer(VOCABULARY, WIDTH), pooled);
    }
  }

  private record TinyHead() implements ProjectionHead {
    @Override
    public int dim() {
      return DIM;
    }

    @Override
    public String addTo(GraphBuilder graph, String prefix, String input, int featureDim) {
      return graph.add(prefix, new TanhLayer(featureDim, DIM), input);
    }
  }

  private record NoLoss() implements ContrastiveLoss {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec("log_logit_scale", Kind.NO_DECAY, new Initializer.Constant(2.5), 1),
          new ParameterSpec("logit_bias", Kind.NO_DECAY, new Initializer.Constant(-1), 1));
    }

    @Override
    public LossOutput evaluate(
        INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
      throw new UnsupportedOperationException();
    }
  }

  /** [B, 1, frames, mel] to [B, mel]; its running mean moves halfway to the batch's. */
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
      if (!context.usesBatchStatistics()) {
        mean.subiRowVector(context.parameter("running_mean"));
      }
      if (context.dropsOut()) {
        mean.muli(1 + 0.1 * context.random().nextDouble());
      }
      INDArray output = context.activation(mean.shape());
      output.assign(mean.mulRowVector(context.parameter("gain")));
      context.save("mean", mean);
      return output;
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
      INDArray mean = context.saved("mean");
      INDArray product = context.scratch(mean.shape());
      outputGradient.mul(mean, product);
      context.gradient("gain").assign(product.sum(0));
      context
          .gradient("running_mean")
          .assign(context.parameter("running_mean").sub(mean.mean(0)).mul(0.5));
      return context.inputGradient(1);
    }
  }

  /** tanh(x W' + b). */
  private record TanhLayer(int in, int out) implements Block {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec("weight", Kind.WEIGHT, new Initializer.Normal(0.7), out, in),
          new ParameterSpec("bias", Kind.NO_DECAY, Initializer.Uniform.fanIn(in), out));
    }

    @Override
    public INDArray forward(BlockContext context, INDArray input) {
      INDArray output = context.activation(input.size(0), out);
      output.assign(input.mmul(context.parameter("weight").transpose()));
      output.addiRowVector(context.parameter("bias"));
      output.assign(Transforms.tanh(output, true));
      context.save("input", input);
      context.save("output", output);
      return output;
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
      INDArray output = context.saved("output");
      INDArray before = output.mul(output).rsub(1).mul(outputGradient);
      context.gradient("weight").assign(before.transpose().mmul(context.saved("input")));
      context.gradient("bias").assign(before.sum(0));
      INDArray inputGradient = context.inputGradient(output.size(0), in);
      return inputGradient.assign(before.mmul(context.parameter("weight")));
    }
  }

  /** Passes ids and mask on. */
  private record Same() implements Block {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public INDArray forward(BlockContext context, INDArray input) {
      return context.activation(input.shape()).assign(input);
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
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
      INDArray mask = java.util.Objects.requireNonNull(context.mask());
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
}
