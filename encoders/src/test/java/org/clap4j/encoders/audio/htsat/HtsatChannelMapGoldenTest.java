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
import org.clap4j.core.random.RandomSeed;
import org.clap4j.encoders.weights.HuggingFaceClapNames;
import org.clap4j.testkit.BlockChain;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** transformers' modules with the four log-mels as channels of the image. */
class HtsatChannelMapGoldenTest {

  private final Golden golden = Golden.fixture("htsat_channel_map");

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("chosen", DataType.FLOAT, Kernels.of(DataType.FLOAT)),
        Arguments.of("plain", DataType.DOUBLE, new Nd4jKernels()));
  }

  private static HtsatConfig config() {
    return new HtsatConfig(
        HtsatPreset.TINY,
        8,
        List.of(2, 1),
        List.of(2, 4),
        64,
        4,
        4,
        4,
        0,
        0,
        0,
        HtsatFusion.CHANNEL_MAP,
        new FrontEndConfig("laion-fusion", null, null, null, 16, null, null));
  }

  /** With the mask that the loader makes of two longer clips and another. */
  private BlockChain encoder(DataType type, Kernels kernels) throws IOException {
    BlockChain chain = new BlockChain(type, RandomSeed.of(1)).withKernels(kernels);
    new HtsatEncoder(config()).addTo(chain, "audio_encoder", "audio");
    try (SafeTensors model = golden.open("model.safetensors")) {
      for (String name : chain.parameterNames()) {
        chain.parameter(name).assign(model.array(HuggingFaceClapNames.theirs(name), type));
      }
    }
    float[][] mask = LongClipFusion.mask(new boolean[] {true, false, true});
    return chain
        .configure(context -> context.usesBatchStatistics(false))
        .withMask(Nd4j.createFromArray(mask).castTo(type));
  }

  private INDArray io(String name, DataType type) {
    return golden.array("io.safetensors", name, type);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void featuresAndGradientsMatchTransformers(String form, DataType type, Kernels kernels)
      throws IOException {
    BlockChain encoder = encoder(type, kernels);
    INDArray features = encoder.forward(io("input_features", type));
    assertClose("pooled", io("audio.pooled", type), features, GoldenTower.outputTolerance(type));
    encoder.backward(io("grad.pooled", type));
    int compared = GoldenTower.assertGradients(golden, encoder, type);
    try (SafeTensors expected = golden.open("grads.safetensors")) {
      assertEquals(expected.names().size(), compared, "gradients compared");
    }
  }
}
