package org.clap4j.encoders.audio.htsat;

import java.util.List;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.Initializer;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.QueryKeyValue;
import org.clap4j.core.layers.ResidualBranch;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.layers.StochasticDepth;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.layers.WindowAttention;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.model.AudioEncoderFactory;
import org.clap4j.core.model.GraphBuilder;
import org.clap4j.encoders.audio.MelBatchNorm;

/**
 * HTS-AT: batch norm over mel bins, the spectrogram folded to an image, patches, stages of Swin
 * blocks with patch merging between them, layer norm, mean over tokens.
 */
public final class HtsatEncoder implements AudioEncoder {

  private static final double EPSILON = 1e-5;

  /** Standard deviation of initial weights, as in HTS-AT. */
  private static final double DEVIATION = 0.02;

  private final HtsatConfig config;
  private final List<Stage> stages;

  /** Makes the encoder that a configuration describes. */
  public HtsatEncoder(HtsatConfig config) {
    this.config = config;
    this.stages = config.stages();
  }

  @Override
  public LogMelSettings frontEnd() {
    return config.frontEnd().settings();
  }

  @Override
  public int featureDim() {
    return stages.get(stages.size() - 1).width();
  }

  @Override
  public boolean fusesLongClips() {
    return config.fusion() != HtsatFusion.NONE;
  }

  private int maps() {
    return LongClipFusion.maps(fusesLongClips());
  }

  @Override
  public String addTo(GraphBuilder graph, String prefix, String input) {
    int melBins = frontEnd().melBins();
    String last = graph.add(prefix + ".batch_norm", new MelBatchNorm(maps(), melBins), input);
    last = graph.add(prefix + ".image", new SpectrogramImage(melBins, config.imageSize()), last);
    last = graph.add(prefix + ".patch_embed", patchEmbedding(), last);
    int blocksBefore = 0;
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      String layer = prefix + ".layers." + i;
      for (int j = 0; j < stage.depth(); j++) {
        last = graph.add(layer + ".blocks." + j, swinBlock(stage, j, blocksBefore + j), last);
      }
      blocksBefore += stage.depth();
      if (i + 1 < stages.size()) {
        last = graph.add(layer + ".downsample", downsample(stage), last);
      }
    }
    last = graph.add(prefix + ".norm", norm(featureDim()), last);
    return graph.add(prefix + ".pooling", new TokenPooling(TokenPooling.Pooling.MEAN), last);
  }

  private Block patchEmbedding() {
    int width = stages.get(0).width();
    int patch = config.patchSize();
    Named<? extends Block> embedding =
        config.fusion() == HtsatFusion.AFF_2D
            ? new Named<>("", FusedPatchEmbedding.of(patch, stages.get(0).side(), width))
            : new Named<>("proj", Patches.projected(maps(), patch, patch, width));
    return Sequential.of(embedding, new Named<>("norm", norm(width)));
  }

  /**
   * A Swin block; every second one has shifted windows.
   *
   * @param number of the block within its stage
   * @param numberOfAll of the block among those of all stages
   */
  private Block swinBlock(Stage stage, int number, int numberOfAll) {
    int width = stage.width();
    int blocks = stages.stream().mapToInt(Stage::depth).sum();
    double depthRate = config.stochasticDepth() * numberOfAll / Math.max(1, blocks - 1);
    WindowAttention attention =
        new WindowAttention(
            stage.side(),
            stage.side(),
            stage.window(),
            number % 2 == 0 || stage.isOneWindow() ? 0 : stage.window() / 2,
            stage.heads(),
            config.attentionDropout(),
            QueryKeyValue.normal(width, DEVIATION),
            new Named<>("output.dense", Linear.normal(width, width, DEVIATION)));
    return new TransformerLayer(
        new ResidualBranch(
            new Named<>("attention", attention),
            new Named<>("layernorm_before", norm(width)),
            new Named<>("attention.drop", drop(config.attentionDropout(), depthRate)),
            NormPlacement.PRE),
        new ResidualBranch(
            new Named<>("", FeedForward.normal(width, stage.hidden(), DEVIATION)),
            new Named<>("layernorm_after", norm(width)),
            new Named<>("output.drop", drop(config.dropout(), depthRate)),
            NormPlacement.PRE));
  }

  private static Sequential drop(double dropout, double depthRate) {
    return Sequential.of(
        new Named<>("dropout", new Dropout(dropout)),
        new Named<>("depth", new StochasticDepth(depthRate)));
  }

  private static Block downsample(Stage stage) {
    int merged = 4 * stage.width();
    return Sequential.of(
        new Named<>("merging", new PatchMerging(stage.side())),
        new Named<>("norm", norm(merged)),
        new Named<>(
            "reduction",
            new Linear(
                merged,
                merged / 2,
                false,
                new Initializer.Normal(DEVIATION),
                new Initializer.Constant(0))));
  }

  private static LayerNorm norm(int width) {
    return new LayerNorm(width, EPSILON);
  }

  /** Makes HTS-AT encoders. */
  public static final class Factory implements AudioEncoderFactory<HtsatConfig> {

    @Override
    public Class<HtsatConfig> configType() {
      return HtsatConfig.class;
    }

    @Override
    public AudioEncoder create(HtsatConfig config) {
      return new HtsatEncoder(config);
    }
  }
}
