package org.clap4j.experiments.bench;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.Embeddings;
import org.clap4j.core.model.Frozen;
import org.clap4j.core.model.Pass;
import org.clap4j.core.model.TextEncoder;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.encoders.audio.cnn14.SmallCnnConfig;
import org.clap4j.encoders.audio.cnn14.SmallCnnFactory;
import org.clap4j.encoders.heads.LinearHead;
import org.clap4j.encoders.heads.LinearHeadConfig;
import org.clap4j.encoders.text.transformer.TransformerConfig;
import org.clap4j.encoders.text.transformer.TransformerEncoder;
import org.clap4j.losses.InfoNce;
import org.clap4j.losses.InfoNceConfig;
import org.clap4j.training.optim.AdamWConfig;
import org.clap4j.training.optim.AdamWFactory;
import org.clap4j.training.optim.ModelOptimizer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One tower within the whole model, beside another that costs next to nothing: what users run, not
 * the encoder alone.
 */
final class TowerWorkload {

  private static final RandomSeed SEED = RandomSeed.of(1);
  private static final int EMBEDDING_DIM = 512;
  private static final double LEARNING_RATE = 1e-4;
  private static final int VOCABULARY = 64;

  /** The ids before it stand for padding and the like. */
  private static final int FIRST_ID = 4;

  private static final TransformerConfig TINY_TEXT =
      new TransformerConfig(1, 8, 1, 8, 0, NormPlacement.PRE, Pooling.MEAN, false);

  private static final SmallCnnConfig TINY_AUDIO =
      new SmallCnnConfig(1, FrontEndConfig.preset("panns"), 0, 0);
  private static final int TINY_FRAMES = 16;

  private final AudioEncoder audioEncoder;
  private final TextEncoder textEncoder;
  private final int frames;
  private final int tokens;
  private final boolean isAudio;

  private TowerWorkload(
      AudioEncoder audioEncoder, int frames, TextEncoder textEncoder, int tokens, boolean isAudio) {
    this.audioEncoder = audioEncoder;
    this.frames = frames;
    this.textEncoder = textEncoder;
    this.tokens = tokens;
    this.isAudio = isAudio;
  }

  /**
   * Describes the work of an audio tower.
   *
   * @param frames of each clip
   */
  static TowerWorkload audio(AudioEncoder encoder, int frames) {
    return new TowerWorkload(
        encoder, frames, TransformerEncoder.of(TINY_TEXT, VOCABULARY, 1), 1, true);
  }

  /**
   * Describes the work of a text tower.
   *
   * @param tokens of each caption
   */
  static TowerWorkload text(TextEncoder encoder, int tokens) {
    return new TowerWorkload(
        SmallCnnFactory.cnn6().create(TINY_AUDIO), TINY_FRAMES, encoder, tokens, false);
  }

  /** Embeds a batch. */
  Workload forward(int batch) {
    TwoTowerModel model = model();
    ContrastiveBatch pairs = pairs(batch);
    return new Workload() {
      @Override
      public void run() {
        embed().close();
      }

      private INDArray embed() {
        return isAudio ? model.embedAudio(pairs.logMel()) : model.embedText(pairs.tokens());
      }

      @Override
      public void close() {
        model.close();
      }
    };
  }

  /** Takes a training step: forward, loss, backward, AdamW. */
  Workload train(int batch) {
    TwoTowerModel model = model();
    ContrastiveBatch pairs = pairs(batch);
    AdamWConfig config = new AdamWConfig(LEARNING_RATE, 0.9, 0.98, 1e-8, 0.05);
    INDArray parameters = model.flatParameters();
    INDArray gradients = model.flatGradients();
    ModelOptimizer optimizer =
        new ModelOptimizer(
            model.parameters(),
            parameters,
            gradients,
            new AdamWFactory().create(config, parameters, gradients),
            Map.of());
    return new Workload() {
      private long step;

      @Override
      public void run() {
        Pass pass = Pass.training(SEED.split(step++));
        model.backward(pairs, pass, embeddings -> gradient(model, embeddings, pairs.ids()));
        optimizer.update(LEARNING_RATE, 1, Frozen.none());
      }

      @Override
      public void close() {
        optimizer.close();
        model.close();
      }
    };
  }

  private static ContrastiveLoss loss() {
    return InfoNce.of(InfoNceConfig.of(TemperatureConfig.learnable(1 / 0.07, 100)));
  }

  private static Embeddings gradient(TwoTowerModel model, Embeddings embeddings, PairIds ids) {
    LossOutput output =
        loss().evaluate(embeddings.audio_ND(), embeddings.text_ND(), model.lossParameters(), ids);
    return new Embeddings(output.audioGradient(), output.textGradient());
  }

  private TwoTowerModel model() {
    LinearHead.Factory heads = new LinearHead.Factory();
    LinearHeadConfig head = new LinearHeadConfig(EMBEDDING_DIM, true);
    return TwoTowerModel.create(
        audioEncoder,
        heads.create(head),
        textEncoder,
        heads.create(head),
        loss(),
        DataType.FLOAT,
        SEED);
  }

  private INDArray logMel(int batch) {
    SplittableRandom random = SEED.split("log-mel").generator();
    float[] decibels = new float[batch * frames * audioEncoder.frontEnd().melBins()];
    for (int i = 0; i < decibels.length; i++) {
      decibels[i] = (float) (-40 + 15 * random.nextGaussian());
    }
    return Nd4j.createFromArray(decibels)
        .reshape(batch, 1, frames, audioEncoder.frontEnd().melBins());
  }

  private ContrastiveBatch pairs(int batch) {
    int[][] ids = new int[batch][tokens];
    int[][] mask = new int[batch][tokens];
    for (int b = 0; b < batch; b++) {
      for (int l = 0; l < tokens; l++) {
        ids[b][l] = FIRST_ID + (b * tokens + l) % (VOCABULARY - FIRST_ID);
        mask[b][l] = 1;
      }
    }
    List<String> names = IntStream.range(0, batch).mapToObj(b -> "clip " + b).toList();
    return new ContrastiveBatch(
        logMel(batch), new TokenBatch(ids, mask), PairIds.distinct(batch), names);
  }
}
