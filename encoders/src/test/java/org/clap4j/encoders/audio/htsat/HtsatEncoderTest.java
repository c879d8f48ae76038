package org.clap4j.encoders.audio.htsat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.AudioEncoderContract;
import org.clap4j.testkit.BlockChain;
import org.clap4j.testkit.BlockGradientCheck;
import org.clap4j.testkit.TowerChain;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Two stages over an image of 8 x 8: 16 tokens in windows of 4, then one window. */
class HtsatEncoderTest extends AudioEncoderContract {

  private static final FrontEndConfig FOUR_MEL_BINS =
      new FrontEndConfig("panns", null, null, null, 4, null, null);

  private static HtsatConfig tiny(List<Integer> depths, List<Integer> heads) {
    return new HtsatConfig(
        HtsatPreset.TINY,
        4,
        depths,
        heads,
        8,
        2,
        2,
        1.5,
        0.2,
        0.1,
        0.3,
        HtsatFusion.NONE,
        FOUR_MEL_BINS);
  }

  @Override
  protected AudioEncoder encoder() {
    return new HtsatEncoder(tiny(List.of(1, 1), List.of(2, 4)));
  }

  @Override
  protected INDArray logMel() {
    return Nd4j.linspace(-3, 3, 2 * 13 * 4, DataType.FLOAT)
        .mul(17)
        .fmodi(3)
        .reshape('c', 2, 1, 13, 4);
  }

  @Override
  protected List<String> parameterNames() {
    List<String> names = new ArrayList<>();
    for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
      names.add("audio_encoder.batch_norm." + name);
    }
    addPairs(names, "audio_encoder.patch_embed.proj", "audio_encoder.patch_embed.norm");
    addBlock(names, "audio_encoder.layers.0.blocks.0.");
    addPairs(names, "audio_encoder.layers.0.downsample.norm");
    names.add("audio_encoder.layers.0.downsample.reduction.weight");
    addBlock(names, "audio_encoder.layers.1.blocks.0.");
    addPairs(names, "audio_encoder.norm");
    return names;
  }

  private static void addBlock(List<String> names, String block) {
    addPairs(
        names,
        block + "layernorm_before",
        block + "attention.self.query",
        block + "attention.self.key",
        block + "attention.self.value");
    names.add(block + "attention.self.relative_position_bias_table");
    addPairs(
        names,
        block + "attention.output.dense",
        block + "layernorm_after",
        block + "intermediate.dense",
        block + "output.dense");
  }

  private static void addPairs(List<String> names, String... layers) {
    for (String layer : layers) {
      names.add(layer + ".weight");
      names.add(layer + ".bias");
    }
  }

  /** Numbers of transformers' ClapAudioModel at the same widths, depths and heads. */
  @ParameterizedTest
  @CsvSource({"TINY, 768, 27534488", "BASE, 1024, 67824408", "LARGE, 2048, 270851992"})
  void presetsHaveThePublishedSizes(HtsatPreset preset, int features, long parameters) {
    HtsatEncoder encoder = new HtsatEncoder(HtsatConfig.of(preset, FrontEndConfig.preset("laion")));
    assertEquals(features, encoder.featureDim());
    assertEquals(
        parameters,
        TowerChain.of(encoder).parameters().stream()
            .filter(spec -> spec.kind() != ParameterSpec.Kind.STATE)
            .mapToLong(ParameterSpec::length)
            .sum());
  }

  @Test
  void smallBlocksMatchCentralDifferences() {
    BlockGradientCheck.of(new SpectrogramImage(2, 6)).input(2, 3, 11, 2).verify();
    BlockGradientCheck.of(new SpectrogramImage(2, 6)).input(1, 1, 18, 2).verify();
    BlockGradientCheck.of(new SpectrogramImage(3, 3)).input(1, 1, 1, 3).verify();
    BlockGradientCheck.of(Patches.projected(3, 2, 2, 5)).input(2, 3, 6, 6).verify();
    BlockGradientCheck.of(new PatchMerging(4)).input(2, 16, 3).verify();
  }

  /** As HTS-AT and Swin spread them: evenly over the blocks of all stages, on both branches. */
  @Test
  void stochasticDepthGrowsEvenlyFromTheFirstBlockToTheLast() {
    StringBuilder blocks = new StringBuilder();
    new HtsatEncoder(HtsatConfig.of(HtsatPreset.TINY, FrontEndConfig.preset("laion")))
        .addTo(
            (name, block, input) -> {
              blocks.append(block);
              return name;
            },
            "audio_encoder",
            "audio");
    double[] rates =
        Pattern.compile("StochasticDepth\\[rate=([^]]+)]")
            .matcher(blocks)
            .results()
            .mapToDouble(match -> Double.parseDouble(match.group(1)))
            .toArray();
    assertArrayEquals(
        IntStream.range(0, 12).boxed().flatMapToDouble(i -> DoubleStream.of(i, i)).toArray(),
        DoubleStream.of(rates).map(rate -> rate * 11 / 0.1).toArray(),
        1e-9);
  }

  @Test
  void clipsOfAnotherLengthGiveTheSameShape() {
    for (long frames : new long[] {1, 2, 15, 16}) {
      ArrayBlockContext context =
          new ArrayBlockContext(TowerChain.of(encoder()), DataType.FLOAT, RandomSeed.of(1))
              .inference();
      INDArray features = context.forward(Nd4j.rand(DataType.FLOAT, 1, 1, frames, 4));
      assertEquals(List.of(1L, 8L), List.of(features.size(0), features.size(1)));
    }
  }

  @Test
  void longerClipsAreRefused() {
    BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
    encoder().addTo(chain, "e", "audio");
    INDArray logMel = Nd4j.zeros(1, 1, 17, 4);
    assertEquals(
        "htsat takes log-mel of shape [B, C, frames, 4] with at most 16 frames, not [1, 1, 17, 4];"
            + " take shorter clips or a larger image-size",
        assertThrows(IllegalArgumentException.class, () -> chain.forward(logMel)).getMessage());
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertRefused(
        "depths and heads must have one number per stage, were [2, 1] and [2]",
        () -> tiny(List.of(2, 1), List.of(2)));
    assertRefused(
        "heads must divide the width of their stage, were 3 for width 4",
        () -> tiny(List.of(1), List.of(3)));
    assertRefused(
        "window-size must divide the side of each stage's image, was 2 for a stage of 1 x 1 tokens;"
            + " take another image-size, patch-size or window-size, or fewer stages",
        () -> tiny(List.of(1, 1, 1), List.of(1, 1, 1)));
    assertRefused(
        "image-size must be a multiple of patch-size, was 16 for patches of 3",
        () -> sized(16, 3, 4));
    assertRefused(
        "image-size must be a multiple of the front end's mel bins, was 18 for 4 mel bins",
        () -> sized(18, 3, 3));
    assertRefused(
        "a stage of 9 x 9 tokens cannot be halved; take fewer stages or another image-size",
        () -> sized(36, 4, 1));
  }

  private static HtsatConfig sized(int imageSize, int patchSize, int windowSize) {
    return new HtsatConfig(
        HtsatPreset.TINY,
        4,
        List.of(1, 1),
        List.of(1, 1),
        imageSize,
        patchSize,
        windowSize,
        4,
        0,
        0,
        0,
        HtsatFusion.NONE,
        FOUR_MEL_BINS);
  }

  @Test
  void refusesRatesOutOfRange() {
    assertRefused("dropout must be in [0, 1), was NaN", () -> rates(Double.NaN, 0, 0));
    assertRefused("attention-dropout must be in [0, 1), was 1.0", () -> rates(0, 1, 0));
    assertRefused("stochastic-depth must be in [0, 1), was -0.5", () -> rates(0, 0, -0.5));
  }

  private static HtsatConfig rates(double dropout, double attentionDropout, double depth) {
    return new HtsatConfig(
        HtsatPreset.TINY,
        null,
        null,
        null,
        256,
        4,
        8,
        4,
        dropout,
        attentionDropout,
        depth,
        HtsatFusion.NONE,
        FrontEndConfig.preset("laion"));
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable making) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, making).getMessage());
  }

  @Test
  void attentionalFusionMatchesCentralDifferences() {
    FusedPatchEmbedding block = FusedPatchEmbedding.of(2, 4, 8);
    INDArray longer =
        Nd4j.createFromArray(LongClipFusion.mask(new boolean[] {true, false, true, true}));
    BlockGradientCheck.of(block).input(4, 4, 8, 8).mask(longer).atMost(20).verify();
    BlockGradientCheck constant = BlockGradientCheck.of(block).input(4, 4, 8, 8).mask(longer);
    constant.context().usesBatchStatistics(false);
    constant.atMost(20).verify();
    BlockGradientCheck.of(block).input(2, 4, 8, 8).atMost(20).verify();
  }

  @Test
  void fusionIsWrittenAndReadByDl4j() throws IOException {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    Block block = FusedPatchEmbedding.of(2, 4, 8);
    assertEquals(block, mapper.readValue(mapper.writeValueAsString(block), Block.class));
  }

  @Test
  void oneLongClipLeavesTheStatisticsOfItsMeanAsTheyAre() {
    FusedPatchEmbedding block = FusedPatchEmbedding.of(2, 4, 8);
    ArrayBlockContext context = new ArrayBlockContext(block, DataType.DOUBLE, RandomSeed.of(1));
    context.withMask(Nd4j.createFromArray(LongClipFusion.mask(new boolean[] {false, true})));
    context.backward(context.forward(Nd4j.rand(DataType.DOUBLE, 2, 4, 8, 8)));
    for (String statistic : List.of("running_mean", "running_var")) {
      String ofMean = "fusion_model.global_att.2." + statistic;
      assertEquals(0, context.gradient(ofMean).norm2Number().doubleValue(), ofMean);
      String ofTokens = "fusion_model.local_att.1." + statistic;
      assertNotEquals(0, context.gradient(ofTokens).norm2Number().doubleValue(), ofTokens);
    }
  }

  @Test
  void channelMapTakesFourLogMelsAsOneImage() {
    HtsatConfig config =
        new HtsatConfig(
            HtsatPreset.TINY,
            4,
            List.of(1, 1),
            List.of(2, 4),
            8,
            2,
            2,
            1.5,
            0,
            0,
            0,
            HtsatFusion.CHANNEL_MAP,
            FOUR_MEL_BINS);
    Block blocks = TowerChain.of(new HtsatEncoder(config));
    BlockGradientCheck.of(blocks).input(2, 4, 13, 4).atMost(6).verify();
    assertEquals(
        List.of(4L, 4L, 2L, 2L),
        blocks.parameters().stream()
            .filter(spec -> spec.name().equals("audio_encoder.patch_embed.proj.weight"))
            .flatMap(spec -> LongStream.of(spec.shape()).boxed())
            .toList());
  }
}
