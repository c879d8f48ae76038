package org.clap4j.encoders.audio.htsat;

import static org.clap4j.testkit.Golden.assertClose;

import java.io.IOException;
import java.util.List;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.layers.L2Normalize;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.encoders.heads.LaionHead;
import org.clap4j.encoders.heads.LaionHeadConfig;
import org.clap4j.encoders.weights.HuggingFaceClapNames;
import org.clap4j.testkit.BlockChain;
import org.clap4j.testkit.Golden;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The audio tower of a fixture with a transformers {@code ClapModel}, and its tolerances. */
final class GoldenTower {

  /** Of the fixtures' READMEs, with source positions of the bicubic in float. */
  static final double OUTPUT_TOLERANCE = 3e-4;

  private static final double GRADIENT_TOLERANCE = 2e-3;

  /** The fixtures' bound for a double implementation: their numbers are rounded to float. */
  static final double DOUBLE_TOLERANCE = 1e-6;

  /** For arrays whose true gradient is 0, as key biases: times the largest of all gradients. */
  private static final double ZERO_TOLERANCE = 1e-6;

  /** An array counts as zero below this share of the largest of all gradients. */
  private static final double ZERO_SHARE = 1e-4;

  private GoldenTower() {}

  static double outputTolerance(DataType type) {
    return type == DataType.DOUBLE ? DOUBLE_TOLERANCE : OUTPUT_TOLERANCE;
  }

  /** The fixtures' sizes, without dropout. */
  static HtsatConfig config(int width, HtsatFusion fusion, String frontEnd) {
    return new HtsatConfig(
        HtsatPreset.TINY,
        width,
        List.of(2, 2, 2, 2),
        List.of(2, 2, 4, 4),
        256,
        4,
        8,
        4,
        0,
        0,
        0,
        fusion,
        FrontEndConfig.preset(frontEnd));
  }

  /** Encoder, head and normalisation with the fixture's parameters. */
  static BlockChain of(Golden golden, HtsatConfig config, DataType type, Kernels kernels)
      throws IOException {
    BlockChain chain = new BlockChain(type, RandomSeed.of(1)).withKernels(kernels);
    HtsatEncoder encoder = new HtsatEncoder(config);
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
    return chain.configure(context -> context.usesBatchStatistics(false));
  }

  /** The first clip's tokens [L, D] as transformers shows them, [1, D, side, side]. */
  static INDArray asImage(INDArray tokens_BLD) {
    INDArray clip_LD = tokens_BLD.slice(0);
    long side = Math.round(Math.sqrt(clip_LD.size(0)));
    return clip_LD.transpose().dup('c').reshape('c', 1, clip_LD.size(1), side, side);
  }

  /**
   * Compares the gradients that the fixture has.
   *
   * @return how many
   */
  static int assertGradients(Golden golden, BlockChain tower, DataType type) throws IOException {
    int compared = 0;
    try (SafeTensors expected = golden.open("grads.safetensors")) {
      double largest = 0;
      for (String name : expected.names()) {
        largest = Math.max(largest, peak(expected.array(name)));
      }
      for (String name : tower.parameterNames()) {
        String theirs = HuggingFaceClapNames.theirs(name);
        if (expected.has(theirs)) {
          assertGradient(name, expected.array(theirs, type), tower.gradient(name), largest);
          compared++;
        }
      }
    }
    return compared;
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
