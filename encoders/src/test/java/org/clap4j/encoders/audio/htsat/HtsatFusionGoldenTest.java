package org.clap4j.encoders.audio.htsat;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.stream.Stream;
import org.clap4j.core.audio.LongClipFusion;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.Nd4jKernels;
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

  private final Golden golden = Golden.fixture("hf_clap_tiny_fusion");

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("chosen", DataType.FLOAT, Kernels.of(DataType.FLOAT)),
        Arguments.of("plain", DataType.DOUBLE, new Nd4jKernels()));
  }

  private static HtsatConfig config() {
    return GoldenTower.config(8, HtsatFusion.AFF_2D, "laion-fusion");
  }

  private BlockChain tower(DataType type, Kernels kernels) throws IOException {
    return GoldenTower.of(golden, config(), type, kernels).withMask(mask(isLonger(), type));
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

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void inferenceMatchesTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    double tolerance = GoldenTower.outputTolerance(type);
    BlockChain tower = tower(type, kernels).configure(ArrayBlockContext::inference);
    INDArray embeddings = tower.forward(io("input_features", type));
    assertClose(
        "patch_embed",
        io("audio.hidden.0", type),
        GoldenTower.asImage(tower.output("audio_encoder.patch_embed")),
        tolerance);
    assertClose(
        "pooled", io("audio.pooled", type), tower.output("audio_encoder.pooling"), tolerance);
    assertClose("embeddings", io("audio_embeds", type), embeddings, tolerance);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void onlyMarkedClipsAreFused(String form, DataType type, Kernels kernels) throws IOException {
    double tolerance = GoldenTower.outputTolerance(type);
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
    BlockChain tower = tower(type, kernels);
    tower.forward(io("input_features", type));
    tower.backward(io("grad.audio_embeds", type));
    int compared = GoldenTower.assertGradients(golden, tower, type);
    try (SafeTensors expected = golden.open("grads.safetensors")) {
      assertEquals(expected.names().size(), compared, "gradients compared");
    }
  }
}
