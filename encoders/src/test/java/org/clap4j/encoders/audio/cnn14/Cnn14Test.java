package org.clap4j.encoders.audio.cnn14;

import static org.clap4j.testkit.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.audio.FrontEndConfig;
import org.clap4j.core.io.SafeTensors;
import org.clap4j.core.kernels.Kernels;
import org.clap4j.core.kernels.Nd4jKernels;
import org.clap4j.core.model.AudioEncoder;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.encoders.audio.MelBatchNorm;
import org.clap4j.testkit.ArrayBlockContext;
import org.clap4j.testkit.BlockChain;
import org.clap4j.testkit.BlockGradientCheck;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class Cnn14Test {

  /** Tolerances of the fixture's README: float32 against torch, times the array's peak. */
  private static final double EVAL_TOLERANCE = 1e-5;

  private static final double TRAIN_TOLERANCE = 2e-5;
  private static final double GRADIENT_TOLERANCE = 2e-4;

  /** The fixture's bound for a double implementation: its numbers are rounded to float. */
  private static final double DOUBLE_TOLERANCE = 1e-6;

  private final Golden golden = Golden.fixture("cnn14_tiny");

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("chosen", DataType.FLOAT, Kernels.of(DataType.FLOAT)),
        Arguments.of("plain", DataType.FLOAT, new Nd4jKernels()),
        Arguments.of("plain", DataType.DOUBLE, new Nd4jKernels()));
  }

  private static AudioEncoder encoder() {
    return new Cnn14Factory().create(new Cnn14Config(4, 6, FrontEndConfig.preset("panns"), 0, 0));
  }

  private BlockChain golden(DataType type, Kernels kernels) throws IOException {
    BlockChain chain = new BlockChain(type, RandomSeed.of(1)).withKernels(kernels);
    encoder().addTo(chain, "e", "audio");
    try (SafeTensors model = golden.open("model.safetensors")) {
      for (String name : chain.parameterNames()) {
        chain.parameter(name).assign(model.array(name.substring(2), type));
      }
    }
    return chain;
  }

  private INDArray io(String name, DataType type) {
    return golden.array("io.safetensors", name, type);
  }

  @Test
  void parametersAreThoseOfPanns() throws IOException {
    BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
    encoder().addTo(chain, "e", "audio");
    try (SafeTensors model = golden.open("model.safetensors")) {
      List<String> expected =
          model.names().stream()
              .filter(name -> !name.endsWith("num_batches_tracked"))
              .sorted()
              .toList();
      assertEquals(
          expected,
          chain.parameterNames().stream().map(name -> name.substring(2)).sorted().toList());
      for (String name : expected) {
        assertArrayEquals(model.array(name).shape(), chain.parameter("e." + name).shape(), name);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void inferenceMatchesTorch(String form, DataType type, Kernels kernels) throws IOException {
    BlockChain chain = golden(type, kernels).configure(ArrayBlockContext::inference);
    double tolerance = type == DataType.DOUBLE ? DOUBLE_TOLERANCE : EVAL_TOLERANCE;
    INDArray features = chain.forward(io("input", type));
    for (int i = 1; i <= 6; i++) {
      INDArray first = chain.output("e.conv_block" + i).get(NDArrayIndex.interval(0, 1));
      assertClose("block" + i, io("eval.block" + i, type), first.dup('c'), tolerance);
    }
    assertClose("pooled", io("eval.pooled", type), chain.output("e.time_pooling"), tolerance);
    assertClose("fc1", io("eval.before_relu", type), chain.output("e.fc1"), tolerance);
    assertClose("embedding", io("eval.embedding", type), features, tolerance);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forms")
  void trainingMatchesTorch(String form, DataType type, Kernels kernels) throws IOException {
    boolean isDouble = type == DataType.DOUBLE;
    BlockChain chain = golden(type, kernels);
    INDArray features = chain.forward(io("input", type));
    double tolerance = isDouble ? DOUBLE_TOLERANCE : TRAIN_TOLERANCE;
    assertClose("pooled", io("train.pooled", type), chain.output("e.time_pooling"), tolerance);
    assertClose("embedding", io("train.embedding", type), features, tolerance);

    INDArray inputGradient = chain.backward(io("G", type));
    double gradientTolerance = isDouble ? DOUBLE_TOLERANCE : GRADIENT_TOLERANCE;
    assertWithinPeak("input", io("train.grad.input", type), inputGradient, gradientTolerance);
    for (String name : chain.parameterNames()) {
      String torchName = name.substring(2);
      if (name.contains("running_")) {
        INDArray moved = chain.parameter(name).sub(chain.gradient(name));
        assertClose(
            name, golden.array("train_running.safetensors", torchName, type), moved, tolerance);
      } else {
        INDArray expected = golden.array("train_grads.safetensors", torchName, type);
        assertWithinPeak(name, expected, chain.gradient(name), gradientTolerance);
      }
    }
  }

  /** Gradients may be small: relative to the array's own peak. */
  private static void assertWithinPeak(
      String name, INDArray expected, INDArray actual, double tolerance) {
    double peak = expected.amaxNumber().doubleValue();
    assertClose(name, expected.div(peak), actual.div(peak), tolerance);
  }

  @Test
  void convBlockGradientsMatchCentralDifferences() {
    BlockGradientCheck.of(new ConvBlock(1, 2, 2, 3, true, 0.3)).input(2, 1, 3, 5).verify();
    BlockGradientCheck.of(new ConvBlock(1, 2, 2, 3, false, 0.3)).input(2, 1, 2, 3).verify();
    BlockGradientCheck.of(new ConvBlock(1, 2, 1, 5, true, 0)).input(1, 1, 4, 5).verify();
  }

  @Test
  void gradientsThroughRunningStatisticsMatchCentralDifferences() {
    BlockGradientCheck convolutions =
        BlockGradientCheck.of(new ConvBlock(1, 2, 1, 3, true, 0)).input(2, 1, 3, 4);
    convolutions.context().usesBatchStatistics(false);
    convolutions.verify();
    BlockGradientCheck mel = BlockGradientCheck.of(new MelBatchNorm(1, 5)).input(3, 1, 4, 5);
    mel.context().usesBatchStatistics(false);
    mel.verify();
  }

  @Test
  void melBatchNormAndPoolingGradientsMatchCentralDifferences() {
    BlockGradientCheck.of(new MelBatchNorm(1, 5)).input(3, 1, 4, 5).verify();
    BlockGradientCheck.of(new TimePooling()).input(2, 3, 5, 4).verify();
  }

  @Test
  void theFirstOfEqualMaximaTakesTheGradient() {
    ArrayBlockContext context =
        new ArrayBlockContext(new TimePooling(), DataType.FLOAT, RandomSeed.of(1));
    context.forward(Nd4j.zeros(1, 1, 4, 1));
    INDArray gradient = context.backward(Nd4j.ones(1, 1));
    assertEquals(Nd4j.createFromArray(1.25f, 0.25f, 0.25f, 0.25f).reshape(1, 1, 4, 1), gradient);
  }

  @Test
  void smallerSiblingsHaveFourPooledBlocks() {
    AudioEncoder cnn10 =
        SmallCnnFactory.cnn10()
            .create(new SmallCnnConfig(2, FrontEndConfig.preset("panns"), 0.2, 0.5));
    AudioEncoder cnn6 =
        SmallCnnFactory.cnn6()
            .create(new SmallCnnConfig(2, FrontEndConfig.preset("panns"), 0.2, 0.5));
    for (AudioEncoder encoder : List.of(cnn10, cnn6)) {
      BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
      encoder.addTo(chain, "e", "audio");
      INDArray features =
          chain.configure(ArrayBlockContext::inference).forward(Nd4j.rand(2, 1, 37, 64));
      assertArrayEquals(new long[] {2, 16}, features.shape());
      assertEquals(16, encoder.featureDim());
      assertArrayEquals(new long[] {2, 16, 2, 4}, chain.output("e.conv_block4").shape());
    }
    BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
    cnn6.addTo(chain, "e", "audio");
    assertArrayEquals(
        new long[] {2, 1, 5, 5}, chain.parameter("e.conv_block1.conv1.weight").shape());
  }

  @Test
  void blocksCanBeFewer() {
    AudioEncoder encoder =
        new Cnn14Factory().create(new Cnn14Config(16, 5, FrontEndConfig.preset("panns"), 0.2, 0.5));
    assertEquals(256, encoder.featureDim());
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertMessage("base-channels must be at least 1, was 0", 0, 6, 0);
    assertMessage("blocks must be in [1, 6], was 7", 64, 7, 0);
    assertMessage("block-dropout must be in [0, 1), was NaN", 64, 6, Double.NaN);
  }

  private static void assertMessage(String message, int channels, int blocks, double dropout) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Cnn14Config(channels, blocks, FrontEndConfig.preset("panns"), dropout, 0));
    assertEquals(message, error.getMessage());
  }

  @Test
  void refusesSpectrogramsThatAreTooShort() {
    BlockChain chain = new BlockChain(DataType.FLOAT, RandomSeed.of(1));
    encoder().addTo(chain, "e", "audio");
    INDArray logMel = Nd4j.zeros(1, 1, 31, 64);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> chain.forward(logMel));
    assertEquals(
        "a spectrogram of 1 frames and 4 mel bins has reached a block that halves both; take longer"
            + " clips, or fewer blocks",
        error.getMessage());
  }
}
