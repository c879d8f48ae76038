package org.clap4j.encoders.audio.htsat;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clap4j.core.audio.FrontEndConfig;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The audio tower of transformers' tiny ClapModel. */
class HtsatGoldenTest {

  /** Tolerances of the fixture's README, with source positions of the bicubic in float. */
  private static final double OUTPUT_TOLERANCE = 3e-4;

  private static final double GRADIENT_TOLERANCE = 2e-3;

  /** For arrays whose true gradient is 0, as key biases: times the largest of all gradients. */
  private static final double ZERO_TOLERANCE = 1e-6;

  /** The fixture's bound for a double implementation: its numbers are rounded to float. */
  private static final double DOUBLE_TOLERANCE = 1e-6;

  /** An array counts as zero below this share of the largest of all gradients. */
  private static final double ZERO_SHARE = 1e-4;

  /** Arrays that only count or follow from the sizes. */
  private static final Predicate<String> IS_BUFFER =
      Pattern.compile("\\.(num_batches_tracked|relative_position_index)$").asPredicate();

  private final Golden golden = Golden.fixture("hf_clap_tiny");

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("chosen", DataType.FLOAT, Kernels.of(DataType.FLOAT)),
        Arguments.of("plain", DataType.FLOAT, new Nd4jKernels()),
        Arguments.of("plain", DataType.DOUBLE, new Nd4jKernels()));
  }

  private static HtsatConfig config() {
    return new HtsatConfig(
        HtsatPreset.TINY,
        16,
        List.of(2, 2, 2, 2),
        List.of(2, 2, 4, 4),
        256,
        4,
        8,
        4,
        0,
        0,
        0,
        HtsatFusion.NONE,
        FrontEndConfig.preset("laion"));
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
        chain.parameter(name).assign(model.array(nameInFile(name), type));
      }
    }
    return chain.configure(context -> context.usesBatchStatistics(false));
  }

  private static String nameInFile(String name) {
    return HuggingFaceClapNames.theirs(name);
  }

  private INDArray io(String name, DataType type) {
    return golden.array("io.safetensors", name, type);
  }

  private static INDArray first(INDArray array) {
    return array.get(NDArrayIndex.interval(0, 1)).dup('c');
  }

  /** The first clip's tokens [L, D] as transformers shows them, [1, D, side, side]. */
  private static INDArray asImage(INDArray tokens_BLD) {
    INDArray clip_LD = tokens_BLD.slice(0);
    long side = Math.round(Math.sqrt(clip_LD.size(0)));
    return clip_LD.transpose().dup('c').reshape('c', 1, clip_LD.size(1), side, side);
  }

  @Test
  void parametersAreThoseOfTransformers() throws IOException {
    BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
    new HtsatEncoder(config()).addTo(chain, "audio_encoder", "audio");
    try (SafeTensors model = golden.open("model.safetensors")) {
      assertEquals(
          model.names().stream()
              .filter(name -> name.startsWith("audio_model.") && !IS_BUFFER.test(name))
              .sorted()
              .toList(),
          chain.parameterNames().stream().map(HtsatGoldenTest::nameInFile).sorted().toList());
      for (String name : chain.parameterNames()) {
        assertArrayEquals(
            model.array(nameInFile(name)).shape(), chain.parameter(name).shape(), name);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void inferenceMatchesTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE;
    BlockChain tower = tower(type, kernels).configure(ArrayBlockContext::inference);
    INDArray embeddings = tower.forward(io("input_features", type));
    assertClose(
        "image", io("audio.image", type), first(tower.output("audio_encoder.image")), tolerance);
    String[] stages = {
      "patch_embed",
      "layers.0.downsample",
      "layers.1.downsample",
      "layers.2.downsample",
      "layers.3.blocks.1"
    };
    for (int i = 0; i < stages.length; i++) {
      INDArray hidden = asImage(tower.output("audio_encoder." + stages[i]));
      assertClose(stages[i], io("audio.hidden." + i, type), hidden, tolerance);
    }
    assertClose(
        "pooled", io("audio.pooled", type), tower.output("audio_encoder.pooling"), tolerance);
    assertClose("embeddings", io("audio_embeds", type), embeddings, tolerance);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void shortClipsMatchTransformers(String form, DataType type, Kernels kernels) throws IOException {
    double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE;
    BlockChain tower = tower(type, kernels).configure(ArrayBlockContext::inference);
    INDArray embeddings = tower.forward(io("short.input_features", type));
    assertClose(
        "image",
        io("short.audio.image", type),
        first(tower.output("audio_encoder.image")),
        tolerance);
    assertClose(
        "pooled", io("short.audio.pooled", type), tower.output("audio_encoder.pooling"), tolerance);
    assertClose("embeddings", io("short.audio_embeds", type), embeddings, tolerance);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void everyGradientMatchesTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    BlockChain tower = tower(type, kernels);
    tower.forward(io("input_features", type));
    tower.backward(io("grad.audio_embeds", type));
    try (SafeTensors expected = golden.open("grads.safetensors")) {
      double largest = 0;
      for (String name : expected.names()) {
        largest = Math.max(largest, peak(expected.array(name)));
      }
      for (String name : tower.parameterNames()) {
        if (!name.contains("running_")) {
          INDArray gradient = expected.array(nameInFile(name), type);
          assertGradient(name, gradient, tower.gradient(name), largest);
        }
      }
    }
  }

  private static void assertGradient(
      String name, INDArray expected, INDArray actual, double largest) {
    double peak = peak(expected);
    if (peak <= ZERO_SHARE * largest) {
      assertClose(name, expected.div(largest), actual.div(largest), ZERO_TOLERANCE);
    } else {
      boolean isDouble = actual.dataType() == DataType.DOUBLE;
      double tolerance = isDouble ? DOUBLE_TOLERANCE : GRADIENT_TOLERANCE;
      assertClose(name, expected.div(peak), actual.div(peak), tolerance);
    }
  }

  private static double peak(INDArray array) {
    return array.amaxNumber().doubleValue();
  }
}
