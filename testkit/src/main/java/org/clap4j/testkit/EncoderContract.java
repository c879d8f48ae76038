package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.random.RandomSeed;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What every encoder keeps to. Not to be used by itself: see {@link AudioEncoderContract} and
 * {@link TextEncoderContract}.
 */
abstract class EncoderContract {

  private static final int CHECKED_ELEMENTS = 6;

  /** The blocks of a small encoder. */
  abstract Block blocks();

  /** Inputs of two items. */
  abstract INDArray input();

  /** The token mask that goes with them. */
  abstract @Nullable INDArray mask();

  /** Whether the input has a gradient. */
  abstract boolean inputIsDifferentiable();

  abstract int featureDim();

  /** Names of all parameters in order, as they stand in a model's file. */
  protected abstract List<String> parameterNames();

  final ArrayBlockContext context(DataType dataType, long seed) {
    return new ArrayBlockContext(blocks(), dataType, RandomSeed.of(seed)).withMask(mask());
  }

  @Test
  void featuresHaveTheStatedShape() {
    assertArrayEquals(
        new long[] {2, featureDim()},
        context(DataType.FLOAT, 1).inference().forward(input()).shape());
  }

  @Test
  void parametersHaveTheFieldsNames() {
    assertEquals(
        String.join("\n", parameterNames()),
        String.join("\n", blocks().parameters().stream().map(ParameterSpec::name).toList()));
  }

  @Test
  void gradientMatchesCentralDifferences() {
    BlockGradientCheck check =
        BlockGradientCheck.of(blocks()).atMost(CHECKED_ELEMENTS).input(input());
    INDArray mask = mask();
    if (mask != null) {
      check.mask(mask);
    }
    (inputIsDifferentiable() ? check : check.withoutInputGradient()).verify();
  }

  @Test
  void blocksAreWrittenAndReadByDl4j() throws IOException {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    assertEquals(blocks(), mapper.readValue(mapper.writeValueAsString(blocks()), Block.class));
  }

  @Test
  void samePassGivesTheSameBits() {
    assertEquals(
        context(DataType.FLOAT, 1).forward(input()), context(DataType.FLOAT, 1).forward(input()));
    ArrayBlockContext inference = context(DataType.FLOAT, 1).inference();
    assertEquals(inference.forward(input()), inference.forward(input()));
  }

  @Test
  void savedAndLoadedGivesTheSameBits(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("model.safetensors");
    ArrayBlockContext saved = context(DataType.FLOAT, 1).inference();
    TowerChain.save(blocks(), saved, file);
    ArrayBlockContext loaded = context(DataType.FLOAT, 2).inference();
    TowerChain.load(blocks(), loaded, file, UnaryOperator.identity());
    assertEquals(saved.forward(input()), loaded.forward(input()));
  }
}
