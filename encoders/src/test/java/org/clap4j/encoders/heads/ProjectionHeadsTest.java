package org.clap4j.encoders.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.L2Normalize;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.model.ProjectionHead;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.BlockGradientCheck;
import org.clap4j.testkit.Golden;
import org.clap4j.testkit.TowerChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ProjectionHeadsTest {

  /** Float32 against a float64 run: the fixtures' own bounds. */
  private static final double OUTPUT_TOLERANCE = 1e-5;

  /** The fixture's bound is 2e-4 of the peak; peaks here are below 1, so this is stricter. */
  private static final double GRADIENT_TOLERANCE = 1e-5;

  private final Golden golden = Golden.fixture("heads");

  static List<ProjectionHead> heads() {
    return List.of(
        new LinearHead(new LinearHeadConfig(5, true)),
        new LinearHead(new LinearHeadConfig(5, false)),
        new MsClapHead(new MsClapHeadConfig(5, 0.4)),
        new LaionHead(new LaionHeadConfig(5)));
  }

  @ParameterizedTest
  @MethodSource("heads")
  void gradientMatchesCentralDifferences(ProjectionHead head) {
    BlockGradientCheck.of(TowerChain.of(head, "head", 4)).input(3, 4).verify();
  }

  @Test
  void parametersHaveTheFieldsNames() {
    List<String> names =
        heads().stream()
            .flatMap(head -> TowerChain.of(head, "p", 4).parameters().stream())
            .map(ParameterSpec::name)
            .toList();
    assertEquals(
        List.of(
            "p.weight",
            "p.bias",
            "p.weight",
            "p.linear1.weight",
            "p.linear2.weight",
            "p.layer_norm.weight",
            "p.layer_norm.bias",
            "p.linear1.weight",
            "p.linear1.bias",
            "p.linear2.weight",
            "p.linear2.bias"),
        names);
  }

  @ParameterizedTest
  @CsvSource({"audio,48", "caption,40"})
  void msClapHeadGivesWhatMsClapGives(String tower, int featureDim) throws IOException {
    String file = "msclap2022.safetensors";
    MsClapHead head = new MsClapHead(new MsClapHeadConfig(24, 0));
    Block blocks = TowerChain.of(head, tower + "_encoder.projection", featureDim);
    ArrayBlockContext context =
        new ArrayBlockContext(blocks, DataType.FLOAT, RandomSeed.of(1)).inference();
    TowerChain.load(blocks, context, golden.path(file), name -> name);
    Golden.assertClose(
        tower,
        golden.array(file, tower + ".projected"),
        context.forward(golden.array(file, tower + ".features")),
        OUTPUT_TOLERANCE);
  }

  @Test
  void laionHeadGivesWhatTransformersGivesForwardAndBackward() throws IOException {
    String file = "hf_clap.safetensors";
    INDArray features = golden.array(file, "text.pooled");
    Block head =
        TowerChain.of(
            new LaionHead(new LaionHeadConfig(32)), "text_projection", (int) features.size(1));
    Block blocks =
        Sequential.of(new Named<>("", head), new Named<>("normalised", new L2Normalize()));
    ArrayBlockContext context = new ArrayBlockContext(blocks, DataType.FLOAT, RandomSeed.of(1));
    TowerChain.load(blocks, context, golden.path(file), name -> name);
    Golden.assertClose(
        "text_embeds",
        golden.array(file, "text_embeds"),
        context.forward(features),
        OUTPUT_TOLERANCE);

    context.backward(golden.array(file, "grad.text_embeds"));
    for (ParameterSpec spec : blocks.parameters()) {
      Golden.assertClose(
          spec.name(),
          golden.array(file, "grad." + spec.name()),
          context.gradient(spec.name()),
          GRADIENT_TOLERANCE);
    }
  }

  @Test
  void dimensionBelowOneIsRefused() {
    assertEquals(
        "dim must be at least 1, was 0",
        assertThrows(IllegalArgumentException.class, () -> new LaionHeadConfig(0)).getMessage());
  }
}
