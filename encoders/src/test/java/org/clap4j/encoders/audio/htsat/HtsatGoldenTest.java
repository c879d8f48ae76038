package org.clap4j.encoders.audio.htsat;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.Nd4jKernels;
import org.clap4j.core.random.RandomSeed;
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
    return GoldenTower.config(16, HtsatFusion.NONE, "laion");
  }

  private BlockChain tower(DataType type, Kernels kernels) throws IOException {
    return GoldenTower.of(golden, config(), type, kernels);
  }

  private INDArray io(String name, DataType type) {
    return golden.array("io.safetensors", name, type);
  }

  private static INDArray first(INDArray array) {
    return array.get(NDArrayIndex.interval(0, 1)).dup('c');
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
          chain.parameterNames().stream().map(HuggingFaceClapNames::theirs).sorted().toList());
      for (String name : chain.parameterNames()) {
        assertArrayEquals(
            model.array(HuggingFaceClapNames.theirs(name)).shape(),
            chain.parameter(name).shape(),
            name);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void inferenceMatchesTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    double tolerance = GoldenTower.outputTolerance(type);
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
      INDArray hidden = GoldenTower.asImage(tower.output("audio_encoder." + stages[i]));
      assertClose(stages[i], io("audio.hidden." + i, type), hidden, tolerance);
    }
    assertClose(
        "pooled", io("audio.pooled", type), tower.output("audio_encoder.pooling"), tolerance);
    assertClose("embeddings", io("audio_embeds", type), embeddings, tolerance);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void shortClipsMatchTransformers(String form, DataType type, Kernels kernels) throws IOException {
    double tolerance = GoldenTower.outputTolerance(type);
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
    long trained =
        tower.parameterNames().stream().filter(name -> !name.contains("running_")).count();
    assertEquals(trained, GoldenTower.assertGradients(golden, tower, type), "gradients compared");
  }
}
