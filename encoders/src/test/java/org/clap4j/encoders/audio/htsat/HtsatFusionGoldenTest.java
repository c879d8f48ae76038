package org.clap4j.encoders.audio.htsat;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.Nd4jKernels;
import org.clap4j.core.layers.L2Normalize;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.encoders.heads.LaionHead;
import org.clap4j.encoders.heads.LaionHeadConfig;
import org.clap4j.encoders.weights.HuggingFaceClapNames;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.BlockChain;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The audio tower of transformers' tiny ClapModel with attentional fusion. */
class HtsatFusionGoldenTest {

  /** Tolerances of the fixture's README, with source positions of the bicubic in float. */
  private static final double OUTPUT_TOLERANCE = 3e-4;

  private static final double GRADIENT_TOLERANCE = 2e-3;

  /** The fixture's bound for a double implementation: its numbers are rounded to float. */
  private static final double DOUBLE_TOLERANCE = 1e-6;

  /** For arrays whose true gradient is 0, of the largest of all gradients. */
  private static final double ZERO_TOLERANCE = 1e-6;

  /** An array counts as zero below this share of the largest of all gradients. */
  private static final double ZERO_SHARE = 1e-4;

  private final Golden golden = Golden.fixture("hf_clap_tiny_fusion");

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("chosen", DataType.FLOAT, Kernels.of(DataType.FLOAT)),
        Arguments.of("plain", DataType.DOUBLE, new Nd4jKernels()));
  }

  private static HtsatConfig config() {
    return new HtsatConfig(
        HtsatPreset.TINY,
        8,
        List.of(2, 2, 2, 2),
        List.of(2, 2, 4, 4),
        256,
        4,
        8,
        4,
        0,
        0,
        0,
        HtsatFusion.AFF_2D,
        FrontEndConfig.preset("laion-fusion"));
  }

  /** Encoder, head and normalisation with the fixture's parameters. */
  private BlockChain tower(DataType type, Kernels kernels) throws IOException {
    BlockChain chain = new BlockChain(type, RandomSeed.of(1)).withKernels(kernels);
    HtsatEncoder encoder = new HtsatEncoder(config());
    String features = encoder.addTo(chain, "audio_encoder", "audio");
    String projected =
        new LaionHead(new LaionHeadConfig(32))
            .addTo(chain, "audio_projection", features, encoder.featureDim());
    chain.add("audio_embeds", new L2Normalize(), projected);
    try (SafeTensors model = golden.open("model.safetensors")) {
      for (String name : chain.parameterNames()) {
        chain.parameter(name).assign(model.array(HuggingFaceClapNames.theirs(name), type));
      }
    }
    return chain.withMask(mask(isLonger(), type));
  }

  private boolean[] isLonger() {
    INDArray flags = io("is_longer", DataType.INT32);
    boolean[] isLonger = new boolean[Math.toIntExact(flags.length())];
    for (int n = 0; n < isLonger.length; n++) {
      isLonger[n] = flags.getInt(n) != 0;
    }
    return isLonger;
  }

  private static INDArray mask(boolean[] isLonger, DataType type) {
    return Nd4j.createFromArray(LongClipFusion.mask(isLonger)).castTo(type);
  }

  private INDArray io(String name, DataType type) {
    return golden.array("io.safetensors", name, type);
  }

  /** The first clip's tokens [L, D] as transformers shows them, [1, D, side, side]. */
  private static INDArray asImage(INDArray tokens_BLD) {
    INDArray clip_LD = tokens_BLD.slice(0);
    long side = Math.round(Math.sqrt(clip_LD.size(0)));
    return clip_LD.transpose().dup('c').reshape('c', 1, clip_LD.size(1), side, side);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void inferenceMatchesTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE;
    BlockChain tower = tower(type, kernels).configure(ArrayBlockContext::inference);
    INDArray embeddings = tower.forward(io("input_features", type));
    assertClose(
        "patch_embed",
        io("audio.hidden.0", type),
        asImage(tower.output("audio_encoder.patch_embed")),
        tolerance);
    assertClose(
        "pooled", io("audio.pooled", type), tower.output("audio_encoder.pooling"), tolerance);
    assertClose("embeddings", io("audio_embeds", type), embeddings, tolerance);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void onlyMarkedClipsAreFused(String form, DataType type, Kernels kernels) throws IOException {
    double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE;
    BlockChain tower = tower(type, kernels).configure(ArrayBlockContext::inference);
    INDArray features = io("input_features", type);
    tower.withMask(mask(new boolean[] {true, true, true}, type));
    assertClose("all", io("all_longer.audio_embeds", type), tower.forward(features), tolerance);
    tower.withMask(mask(new boolean[3], type));
    INDArray none = tower.forward(features);
    assertClose("none", io("none_longer.audio_embeds", type), none, tolerance);
    features.get(NDArrayIndex.all(), NDArrayIndex.interval(1, LongClipFusion.MAPS)).assign(7);
    assertEquals(none, tower.forward(features));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void gradientsMatchTransformers(String form, DataType type, Kernels kernels) throws IOException {
    double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : GRADIENT_TOLERANCE;
    BlockChain tower =
        tower(type, kernels).configure(context -> context.usesBatchStatistics(false));
    tower.forward(io("input_features", type));
    tower.backward(io("grad.audio_embeds", type));
    try (SafeTensors expected = golden.open("grads.safetensors")) {
      double largest = 0;
      for (String name : expected.names()) {
        largest = Math.max(largest, peak(expected.array(name)));
      }
      int compared = 0;
      for (String name : tower.parameterNames()) {
        String theirs = HuggingFaceClapNames.theirs(name);
        if (expected.has(theirs)) {
          INDArray gradient = expected.array(theirs, type);
          boolean isZero = peak(gradient) <= ZERO_SHARE * largest;
          double scale = isZero ? largest : peak(gradient);
          assertClose(
              name,
              gradient.div(scale),
              tower.gradient(name).div(scale),
              isZero ? ZERO_TOLERANCE : tolerance);
          compared++;
        }
      }
      assertEquals(expected.names().size(), compared, "gradients compared");
    }
  }

  private static double peak(INDArray array) {
    return array.amaxNumber().doubleValue();
  }
}
