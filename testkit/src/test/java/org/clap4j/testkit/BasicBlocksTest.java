package org.clap4j.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.clap4j.core.layers.Block;
import org.clap4j.core.layers.Dropout;
import org.clap4j.core.layers.FeedForward;
import org.clap4j.core.layers.Gelu;
import org.clap4j.core.layers.LayerNorm;
import org.clap4j.core.layers.Linear;
import org.clap4j.core.layers.Named;
import org.clap4j.core.layers.NormPlacement;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.layers.QueryKeyValue;
import org.clap4j.core.layers.Relu;
import org.clap4j.core.layers.SelfAttention;
import org.clap4j.core.layers.Sequential;
import org.clap4j.core.layers.StochasticDepth;
import org.clap4j.core.layers.Tanh;
import org.clap4j.core.layers.TokenEmbedding;
import org.clap4j.core.layers.TokenPooling;
import org.clap4j.core.layers.TokenPooling.Pooling;
import org.clap4j.core.layers.TransformerLayer;
import org.clap4j.core.layers.WindowAttention;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BasicBlocksTest {

  /** Float against float with one token more in a sum: a few units in the last place. */
  private static final double PADDING_TOLERANCE = 1e-6;

  private static final INDArray MASK =
      Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});

  static List<Block> rowBlocks() {
    return List.of(
        Linear.withBias(6, 5),
        Linear.withoutBias(6, 5),
        new Relu(),
        new Gelu(),
        new Gelu(Gelu.Form.TANH),
        new Tanh(),
        new LayerNorm(6, 1e-5),
        new Dropout(0.4),
        new StochasticDepth(0.4),
        FeedForward.normal(6, 11, 0.5),
        FeedForward.normal(6, 11, new Gelu(Gelu.Form.TANH), 0.5),
        Sequential.of(
            new Named<>("linear1", Linear.withBias(6, 5)),
            new Named<>("activation", new Relu()),
            new Named<>("dropout", new Dropout(0.3)),
            new Named<>("linear2", Linear.withBias(5, 3))));
  }

  @ParameterizedTest
  @MethodSource("rowBlocks")
  void gradientMatchesCentralDifferences(Block block) {
    BlockGradientCheck.of(block).input(2, 3, 6).verify();
  }

  @ParameterizedTest
  @CsvSource({
    "false,false,0",
    "false,true,0",
    "true,false,0",
    "true,true,0",
    "false,false,0.4",
    "true,true,0.4"
  })
  void attentionGradientMatchesCentralDifferences(boolean causal, boolean masked, double dropout) {
    BlockGradientCheck check =
        BlockGradientCheck.of(SelfAttention.normal(6, 2, causal, dropout, 0.5))
            .atMost(9)
            .input(2, 4, 6);
    (masked ? check.mask(MASK) : check).verify();
  }

  @ParameterizedTest
  @CsvSource({"PRE,0", "PRE,0.3", "POST,0", "POST,0.3"})
  void transformerLayerGradientMatchesCentralDifferences(NormPlacement placement, double dropout) {
    BlockGradientCheck.of(transformerLayer(placement, dropout))
        .atMost(5)
        .input(2, 4, 6)
        .mask(MASK)
        .verify();
  }

  private static TransformerLayer transformerLayer(NormPlacement placement, double dropout) {
    return TransformerLayer.of(
        SelfAttention.normal(6, 2, false, 0.2, 0.5),
        FeedForward.normal(6, 9, 0.5),
        1e-5,
        dropout,
        placement);
  }

  @ParameterizedTest
  @EnumSource
  void poolingGradientMatchesCentralDifferences(Pooling pooling) {
    BlockGradientCheck.of(new TokenPooling(pooling)).input(2, 4, 6).mask(MASK).verify();
  }

  @Test
  void embeddingGradientMatchesCentralDifferencesForTokensThatOccurTwice() {
    INDArray ids = Nd4j.createFromArray(new float[][] {{4, 2, 4}, {0, 4, 1}});
    BlockGradientCheck.of(new TokenEmbedding(5, 4, 3, 0.02))
        .input(ids)
        .withoutInputGradient()
        .verify();
  }

  @Test
  void poolingTakesWhatItsNameSays() {
    INDArray x = Nd4j.createFromArray(1f, 2, 3, 4, 5, 6, 7, 8).reshape(2, 4, 1);
    assertArrayEquals(new float[] {1, 5}, pooled(Pooling.CLS, x));
    assertArrayEquals(new float[] {2.5f, 5.5f}, pooled(Pooling.MEAN, x));
    assertArrayEquals(new float[] {4, 6}, pooled(Pooling.LAST, x));
  }

  private static float[] pooled(Pooling pooling, INDArray x) {
    return new ArrayBlockContext(new TokenPooling(pooling), DataType.FLOAT, RandomSeed.of(1))
        .inference()
        .withMask(MASK)
        .forward(x)
        .data()
        .asFloat();
  }

  @Test
  void dropoutRepeatsItsDrawsAndDiffersByName() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 5, 1000);
    ArrayBlockContext one =
        new ArrayBlockContext(new Dropout(0.5), DataType.FLOAT, RandomSeed.of(1));
    INDArray first = one.forward(x);
    assertEquals(first, one.forward(x));
    assertEquals(first, one.backward(x), "ones are dropped backward as they were forward");

    Block two =
        Sequential.of(new Named<>("a", new Dropout(0.5)), new Named<>("b", new Dropout(0.5)));
    INDArray twice = new ArrayBlockContext(two, DataType.FLOAT, RandomSeed.of(1)).forward(x);
    double kept = twice.gt(0).castTo(DataType.FLOAT).meanNumber().doubleValue();
    assertEquals(0.25, kept, 0.05, "a and b draw independently");
    assertNotEquals(first, one.inference().forward(x));
    assertEquals(x, one.inference().forward(x));
  }

  @Test
  void parametersAreNamedAsInBert() {
    assertEquals(
        List.of(
            "attention.self.query.weight",
            "attention.self.query.bias",
            "attention.self.key.weight",
            "attention.self.key.bias",
            "attention.self.value.weight",
            "attention.self.value.bias",
            "attention.output.dense.weight",
            "attention.output.dense.bias",
            "attention.output.LayerNorm.weight",
            "attention.output.LayerNorm.bias",
            "intermediate.dense.weight",
            "intermediate.dense.bias",
            "output.dense.weight",
            "output.dense.bias",
            "output.LayerNorm.weight",
            "output.LayerNorm.bias"),
        transformerLayer(NormPlacement.POST, 0).parameters().stream()
            .map(ParameterSpec::name)
            .toList());
  }

  @Test
  void paddingChangesNothing() {
    Block layer = transformerLayer(NormPlacement.PRE, 0);
    ArrayBlockContext context =
        new ArrayBlockContext(layer, DataType.FLOAT, RandomSeed.of(3)).inference();
    INDArray x = Nd4j.rand(DataType.FLOAT, 1, 3, 6);
    INDArray alone = context.forward(x);
    INDArray padded = Nd4j.concat(1, x, Nd4j.valueArrayOf(new long[] {1, 2, 6}, 50f));
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 0, 0}});
    INDArray output = context.withMask(mask).forward(padded);
    for (long token = 0; token < 3; token++) {
      for (long j = 0; j < 6; j++) {
        assertEquals(
            alone.getDouble(0, token, j), output.getDouble(0, token, j), PADDING_TOLERANCE);
      }
    }
  }

  @Test
  void embeddingWithTokenTypesAndCountedPositionsMatchesCentralDifferences() {
    INDArray ids = Nd4j.createFromArray(new float[][] {{4, 2, 4}, {0, 1, 1}});
    BlockGradientCheck.of(new TokenEmbedding(5, 5, 2, 3, 0.02, 1))
        .input(ids)
        .withoutInputGradient()
        .verify();
  }

  @Test
  void positionsCountWhatIsNotPadding() {
    ArrayBlockContext context =
        new ArrayBlockContext(
            new TokenEmbedding(5, 5, 0, 1, 0.02, 1), DataType.FLOAT, RandomSeed.of(1));
    context.parameter("word_embeddings.weight").assign(0);
    context
        .parameter("position_embeddings.weight")
        .assign(Nd4j.createFromArray(0f, 1f, 2f, 3f, 4f).reshape(5, 1));
    INDArray ids = Nd4j.createFromArray(new float[][] {{4, 2, 4}, {0, 1, 1}, {1, 3, 1}});
    assertEquals(
        Nd4j.createFromArray(new float[][] {{2, 3, 4}, {2, 1, 1}, {1, 2, 1}}),
        context.forward(ids).reshape(3, 3));
  }

  @Test
  void idOutsideTheVocabularyIsRefused() {
    ArrayBlockContext context =
        new ArrayBlockContext(new TokenEmbedding(5, 4, 3, 0.02), DataType.FLOAT, RandomSeed.of(1));
    INDArray ids = Nd4j.createFromArray(new float[][] {{4, 2, 4}, {0, 5, 1}});
    Exception e = assertThrows(IllegalArgumentException.class, () -> context.forward(ids));
    assertEquals(
        "token id 5 of caption 1, token 1, is outside the vocabulary of 5 ids: the tokenizer is not"
            + " the one that the text encoder was made for",
        e.getMessage());
  }

  @Test
  void tooManyTokensAreRefused() {
    ArrayBlockContext context =
        new ArrayBlockContext(new TokenEmbedding(5, 2, 3, 0.02), DataType.FLOAT, RandomSeed.of(1));
    INDArray ids = Nd4j.createFromArray(new float[][] {{4, 2, 4}});
    Exception e = assertThrows(IllegalArgumentException.class, () -> context.forward(ids));
    assertEquals(
        "captions of 3 tokens are longer than the text encoder's 2 positions: set the tokenizer's"
            + " max-length to at most that",
        e.getMessage());
  }

  @Test
  void stochasticDepthLeavesWholeItemsOut() {
    ArrayBlockContext context =
        new ArrayBlockContext(new StochasticDepth(0.25), DataType.FLOAT, RandomSeed.of(3));
    INDArray output = context.forward(Nd4j.ones(DataType.FLOAT, 400, 2, 3));
    INDArray means = output.mean(1, 2);
    int kept = 0;
    for (int item = 0; item < 400; item++) {
      double mean = means.getDouble(item);
      assertEquals(mean > 0 ? 1 / 0.75 : 0, mean, PADDING_TOLERANCE);
      kept += mean > 0 ? 1 : 0;
    }
    // Standard deviation of 400 draws: 8.7; four of them.
    assertEquals(300, kept, 35);
    INDArray gradient = context.backward(Nd4j.ones(DataType.FLOAT, 400, 2, 3));
    assertEquals(output, gradient);
    assertEquals(Nd4j.ones(2, 3), context.inference().forward(Nd4j.ones(2, 3)));
  }

  @Test
  void aSequenceLeavesOutWhatDoesNothing() {
    Sequential idle =
        Sequential.of(new Named<>("a", new Dropout(0)), new Named<>("b", new StochasticDepth(0)));
    ArrayBlockContext context = new ArrayBlockContext(idle, DataType.FLOAT, RandomSeed.of(1));
    INDArray input = Nd4j.rand(DataType.FLOAT, 2, 3);
    assertEquals(true, idle.isIdentity(context));
    assertEquals(input, context.forward(input));
    assertEquals(input, context.backward(input));
  }

  @Test
  void windowAttentionGradientsMatchCentralDifferences() {
    for (int shift : new int[] {0, 1}) {
      BlockGradientCheck.of(windowAttention(shift)).atMost(12).input(2, 16, 6).verify();
    }
  }

  @Test
  void windowAttentionTakesImagesOfItsSize() {
    ArrayBlockContext context =
        new ArrayBlockContext(windowAttention(1), DataType.FLOAT, RandomSeed.of(1));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> context.forward(Nd4j.zeros(1, 15, 6)));
    assertEquals(
        "this attention takes images of 4 x 4 tokens, [B, 16, D], not [1, 15, 6]",
        error.getMessage());
  }

  private static WindowAttention windowAttention(int shift) {
    return new WindowAttention(
        4,
        4,
        2,
        shift,
        3,
        0.2,
        QueryKeyValue.normal(6, 0.5),
        new Named<>("output.dense", Linear.normal(6, 6, 0.5)));
  }
}
