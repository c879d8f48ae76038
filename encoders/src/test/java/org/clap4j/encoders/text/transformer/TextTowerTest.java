package org.clap4j.encoders.text.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.MelNorm;
import org.clap4j.core.audio.MelScale;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.BlockContext;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.SelfAttention;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.Embeddings;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Pass;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.Tower;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.encoders.heads.LaionHead;
import org.clap4j.encoders.heads.LaionHeadConfig;
import org.clap4j.encoders.heads.MsClapHead;
import org.clap4j.encoders.heads.MsClapHeadConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A whole text tower in a model: graph, workspaces, mask and dropout as in training. */
class TextTowerTest {

  /** Small beside the embeddings' deviation of 0.02, which layer norm divides by. */
  private static final double STEP = 1e-6;

  /**
   * Central differences in double, relative to gradients above 1: truncation of order (STEP /
   * 0.02)^2, rounding of 1e-15 / STEP.
   */
  private static final double GRADIENT_TOLERANCE = 1e-7;

  /** The same sums over the same tokens, in an order that may differ. */
  private static final double PADDING_TOLERANCE = 1e-12;

  private static final int CHECKED_ELEMENTS = 3;
  private static final int MEL_BINS = 2;

  private final TwoTowerModel model =
      TwoTowerModel.create(
          new BandMeans(),
          new LaionHead(new LaionHeadConfig(4)),
          textEncoder(),
          new MsClapHead(new MsClapHeadConfig(4, 0.3)),
          new NoLoss(),
          DataType.DOUBLE,
          RandomSeed.of(3));

  private final SplittableRandom random = RandomSeed.of(4).generator();
  private final ContrastiveBatch batch = batch(4);
  private final Embeddings weights = new Embeddings(gaussian(3, 4), gaussian(3, 4));
  private final Pass pass = Pass.training(RandomSeed.of(9));

  @AfterEach
  void close() {
    model.close();
  }

  /** Two layers with dropout on probabilities, branches and embeddings. */
  private static TextEncoder textEncoder() {
    double deviation = 0.25;
    double dropout = 0.2;
    return new TransformerEncoder(
        new TokenEmbedding(7, 8, 6, 0.02),
        TransformerLayer.of(
            SelfAttention.normal(6, 2, false, 0.3, deviation),
            FeedForward.normal(6, 9, new Gelu(), deviation),
            1e-5,
            dropout,
            NormPlacement.PRE),
        2,
        new LayerNorm(6, 1e-5),
        NormPlacement.PRE,
        dropout,
        new Named<>("pooling", new TokenPooling(Pooling.MEAN)));
  }

  private ContrastiveBatch batch(int tokens) {
    int[][] ids = {{2, 5, 3, 6}, {2, 4, 0, 0}, {2, 4, 4, 0}};
    int[][] mask = {{1, 1, 1, 1}, {1, 1, 0, 0}, {1, 1, 1, 0}};
    for (int b = 0; b < ids.length; b++) {
      ids[b] = Arrays.copyOf(ids[b], tokens);
      mask[b] = Arrays.copyOf(mask[b], tokens);
    }
    return new ContrastiveBatch(
        gaussian(3, 1, 5, MEL_BINS),
        new TokenBatch(ids, mask),
        PairIds.distinct(3),
        List.of("a", "b", "c"));
  }

  private INDArray gaussian(long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.DOUBLE, shape, 'c');
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  /** Of embeddings that are computed without a backward pass: the first phase of a step. */
  private double objective() {
    Embeddings embeddings = model.embed(batch, pass);
    return embeddings.audio_ND().mul(weights.audio_ND()).sumNumber().doubleValue()
        + embeddings.text_ND().mul(weights.text_ND()).sumNumber().doubleValue();
  }

  @Test
  void gradientMatchesCentralDifferencesThroughTheModel() {
    model.backward(batch, pass, embeddings -> weights);
    INDArray gradients = model.flatGradients().dup();
    for (Parameter parameter : model.parameters()) {
      if (parameter.tower() == Tower.TEXT) {
        check(parameter, gradients);
      }
    }
  }

  private void check(Parameter parameter, INDArray gradients) {
    INDArray flat = model.flatParameters();
    long stride = Math.max(1, parameter.length() / CHECKED_ELEMENTS);
    for (long i = parameter.offset(); i < parameter.offset() + parameter.length(); i += stride) {
      double value = flat.getDouble(i);
      flat.putScalar(i, value + STEP);
      double above = objective();
      flat.putScalar(i, value - STEP);
      double below = objective();
      flat.putScalar(i, value);
      double expected = (above - below) / (2 * STEP);
      assertEquals(
          expected,
          gradients.getDouble(i),
          GRADIENT_TOLERANCE * Math.max(1, Math.abs(expected)),
          parameter.name() + ", element " + (i - parameter.offset()));
    }
  }

  @Test
  void paddingChangesNoEmbedding() {
    INDArray expected = model.embedText(batch.tokens());
    INDArray actual = model.embedText(batch(7).tokens());
    double difference = expected.sub(actual).amaxNumber().doubleValue();
    assertTrue(difference <= PADDING_TOLERANCE, () -> "embeddings differ by " + difference);
  }

  /** The mean of each mel bin over the frames. */
  private record BandMeans() implements AudioEncoder {
    @Override
    public LogMelSettings frontEnd() {
      return new LogMelSettings(8000, 256, 80, MEL_BINS, 0, 4000, MelScale.SLANEY, MelNorm.SLANEY);
    }

    @Override
    public int featureDim() {
      return MEL_BINS;
    }

    @Override
    public String addTo(GraphBuilder graph, String prefix, String input) {
      return graph.add(prefix + ".mean", new FrameMean(), input);
    }
  }

  private record FrameMean() implements Block {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public INDArray forward(BlockContext context, INDArray input) {
      return context.activation(input.size(0), MEL_BINS).assign(input.mean(1, 2));
    }

    @Override
    public INDArray backward(BlockContext context, INDArray outputGradient) {
      return context.inputGradient(outputGradient.size(0), 1, 5, MEL_BINS);
    }
  }

  private record NoLoss() implements ContrastiveLoss {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public LossOutput evaluate(
        INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
      throw new UnsupportedOperationException();
    }
  }
}
