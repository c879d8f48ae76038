package org.clap4j.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TwoTowerModelTest {

  /** Central differences in double with a step of 1e-6 are good to about 1e-9 here. */
  private static final double GRADIENT_TOLERANCE = 1e-7;

  /** Equal formulas in double, possibly summed in another order. */
  private static final double DOUBLE_TOLERANCE = 1e-12;

  private final TwoTowerModel model = TinyTowers.model(DataType.DOUBLE);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void parametersThatAreToBeLoadedAreNotDrawn() {
    try (TwoTowerModel unset = TinyTowers.model(DataType.FLOAT, null)) {
      assertEquals(0, unset.flatParameters().norm2Number().doubleValue());
      assertEquals(model.flatParameters().length(), unset.flatParameters().length());
    }
  }

  @Test
  void namesParametersByVertexAndLossParametersAsTheLossDoes() {
    assertEquals(
        List.of(
            "audio_encoder.pool_1.gain",
            "audio_encoder.pool_1.running_mean",
            "audio_encoder.fc.weight",
            "audio_encoder.fc.bias",
            "audio_projection.weight",
            "audio_projection.bias",
            "text_encoder.fc.weight",
            "text_encoder.fc.bias",
            "text_projection.weight",
            "text_projection.bias",
            "log_logit_scale",
            "logit_bias"),
        model.parameters().stream().map(Parameter::name).sorted(this::byTower).toList());
    assertEquals(Set.of("log_logit_scale", "logit_bias"), model.lossParameters().arrays().keySet());
    assertEquals(2.5, model.lossParameters().scalar("log_logit_scale"));
  }

  /** Audio, text, loss; order within a tower is kept, since the sort is stable. */
  private int byTower(String left, String right) {
    return Integer.compare(tower(left), tower(right));
  }

  private static int tower(String name) {
    return name.startsWith("audio_") ? 0 : name.startsWith("text_") ? 1 : 2;
  }

  @Test
  void parametersAreViewsOfTheFlatVectorAtTheirOffsets() {
    for (Parameter parameter : model.parameters()) {
      parameter.value().addi(1);
      assertEquals(
          model.flatParameters().getDouble(parameter.offset()),
          parameter.value().getDouble(0),
          parameter.name());
      assertEquals(
          model.flatParameters().getDouble(parameter.offset() + parameter.length() - 1),
          parameter.value().reshape(parameter.length()).getDouble(parameter.length() - 1),
          parameter.name());
    }
  }

  @Test
  void equalSeedsGiveEqualParameters() {
    try (TwoTowerModel again = TinyTowers.model(DataType.DOUBLE)) {
      assertEquals(model.flatParameters(), again.flatParameters());
    }
  }

  @Test
  void embeddingsHaveUnitLength() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    assertUnitRows(model.embedAudio(batch.logMel()));
    assertUnitRows(model.embedText(batch.tokens()));
  }

  private static void assertUnitRows(INDArray embedding) {
    for (long b = 0; b < embedding.size(0); b++) {
      assertEquals(1, embedding.getRow(b).norm2Number().doubleValue(), DOUBLE_TOLERANCE);
    }
  }

  @Test
  void gradientsMatchCentralDifferences() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Pass pass = Pass.training(RandomSeed.of(9));
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(batch, pass, embeddings -> weights);
    INDArray gradients = model.flatGradients().dup();
    double step = 1e-6;
    for (Parameter parameter : model.parameters()) {
      for (long i = 0; i < parameter.length(); i++) {
        if (parameter.kind() == Kind.STATE) {
          continue;
        }
        long at = parameter.offset() + i;
        double value = model.flatParameters().getDouble(at);
        model.flatParameters().putScalar(at, value + step);
        double above = objective(batch, pass, weights);
        model.flatParameters().putScalar(at, value - step);
        double below = objective(batch, pass, weights);
        model.flatParameters().putScalar(at, value);
        assertEquals(
            (above - below) / (2 * step),
            gradients.getDouble(at),
            GRADIENT_TOLERANCE,
            parameter.name() + "[" + i + "]");
      }
    }
  }

  private double objective(ContrastiveBatch batch, Pass pass, Embeddings weights) {
    Embeddings embeddings = model.embed(batch, pass);
    return embeddings.audio_ND().mul(weights.audio_ND()).sumNumber().doubleValue()
        + embeddings.text_ND().mul(weights.text_ND()).sumNumber().doubleValue();
  }

  private static INDArray weights(int pairs, long seed) {
    java.util.SplittableRandom random = RandomSeed.of(seed).generator();
    INDArray weights = Nd4j.create(DataType.DOUBLE, pairs, TinyTowers.DIM);
    for (long i = 0; i < weights.length(); i++) {
      weights.putScalar(i, random.nextGaussian());
    }
    return weights;
  }

  @Test
  void backwardHandsOutTheEmbeddingsOfTheSamePass() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Pass pass = Pass.training(RandomSeed.of(9));
    Embeddings[] seen = new Embeddings[1];
    model.backward(batch, pass, embeddings -> seen[0] = embeddings);
    Embeddings embedded = model.embed(batch, pass);
    assertClose(embedded.audio_ND(), seen[0].audio_ND());
    assertClose(embedded.text_ND(), seen[0].text_ND());
    assertFalse(seen[0].audio_ND().isAttached());
    assertFalse(embedded.audio_ND().isAttached());
  }

  @Test
  void anotherSeedDrawsAnotherDropout() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    INDArray one = model.embed(batch, Pass.training(RandomSeed.of(1))).audio_ND();
    INDArray same = model.embed(batch, Pass.training(RandomSeed.of(1))).audio_ND();
    INDArray other = model.embed(batch, Pass.training(RandomSeed.of(2))).audio_ND();
    assertEquals(one, same);
    assertNotEquals(one, other);
  }

  @Test
  void gradientsOfChunksSumToTheGradientOfTheBatch() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Pass pass = new Pass(false, false, RandomSeed.of(1));
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(batch, pass, embeddings -> weights);
    INDArray whole = model.flatGradients().dup();
    INDArray sum = Nd4j.zeros(DataType.DOUBLE, whole.length());
    for (int from = 0; from < 4; from += 2) {
      Embeddings part =
          new Embeddings(rows(weights.audio_ND(), from), rows(weights.text_ND(), from));
      model.backward(pair(batch, from), pass, embeddings -> part);
      sum.addi(model.flatGradients());
    }
    for (Parameter parameter : model.parameters()) {
      if (parameter.kind() != Kind.STATE) {
        for (long i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
          assertEquals(whole.getDouble(i), sum.getDouble(i), DOUBLE_TOLERANCE, parameter.name());
        }
      }
    }
  }

  private static INDArray rows(INDArray array, int from) {
    return array.get(
        org.nd4j.linalg.indexing.NDArrayIndex.interval(from, from + 2),
        org.nd4j.linalg.indexing.NDArrayIndex.all());
  }

  private static ContrastiveBatch pair(ContrastiveBatch batch, int from) {
    TokenBatch tokens = batch.tokens();
    return new ContrastiveBatch(
        batch.logMel().get(org.nd4j.linalg.indexing.NDArrayIndex.interval(from, from + 2)).dup(),
        new TokenBatch(
            new int[][] {tokens.ids()[from], tokens.ids()[from + 1]},
            new int[][] {tokens.mask()[from], tokens.mask()[from + 1]}),
        org.clap4j.core.data.PairIds.distinct(2),
        batch.clipNames().subList(from, from + 2));
  }

  @Test
  void stateSlotsHoldWhatIsToBeSubtracted() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    model.backward(batch, new Pass(false, true, RandomSeed.of(1)), e -> e);
    Parameter state =
        model.parameters().stream().filter(p -> p.kind() == Kind.STATE).findFirst().orElseThrow();
    INDArray mean = batch.logMel().castTo(DataType.DOUBLE).mean(0, 1, 2);
    for (long i = 0; i < state.length(); i++) {
      assertEquals(
          -0.5 * mean.getDouble(i),
          model.flatGradients().getDouble(state.offset() + i),
          DOUBLE_TOLERANCE);
    }
  }

  @Test
  void gradientsOfLossParametersAreLeftZero() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    model.flatGradients().assign(7);
    model.backward(batch, Pass.inference(), e -> e);
    for (Parameter parameter : model.parameters()) {
      if (parameter.tower() == Tower.LOSS) {
        assertEquals(0, model.flatGradients().getDouble(parameter.offset()), parameter.name());
      }
    }
  }

  @Test
  void frozenTowersKeepZeroGradients() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(batch, Pass.inference(), e -> weights);
    INDArray free = model.flatGradients().dup();
    model.freeze(Frozen.whole(Part.of(Tower.AUDIO)));
    model.backward(batch, Pass.inference(), e -> weights);
    for (Parameter parameter : model.parameters()) {
      for (long i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
        double expected = parameter.tower() == Tower.AUDIO ? 0 : free.getDouble(i);
        assertEquals(expected, model.flatGradients().getDouble(i), parameter.name());
      }
    }
    model.freeze(Frozen.none());
    model.backward(batch, Pass.inference(), e -> weights);
    assertEquals(free, model.flatGradients());
  }

  @Test
  void frozenEncoderLetsItsHeadLearn() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(batch, Pass.inference(), e -> weights);
    INDArray free = model.flatGradients().dup();
    model.freeze(Frozen.whole(Set.of(Part.TEXT_ENCODER)));
    model.backward(batch, Pass.inference(), e -> weights);
    for (Parameter parameter : model.parameters()) {
      for (long i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
        double expected = parameter.part() == Part.TEXT_ENCODER ? 0 : free.getDouble(i);
        assertEquals(expected, model.flatGradients().getDouble(i), parameter.name());
      }
    }
  }

  @Test
  void firstLayersFreezeAlone() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(batch, Pass.inference(), e -> weights);
    INDArray free = model.flatGradients().dup();
    model.freeze(new Frozen(Set.of(), Map.of(Part.AUDIO_ENCODER, 1)));
    model.backward(batch, Pass.inference(), e -> weights);
    for (Parameter parameter : model.parameters()) {
      boolean frozen = parameter.part() == Part.AUDIO_ENCODER && parameter.layer() == 1;
      for (long i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
        double expected = frozen ? 0 : free.getDouble(i);
        assertEquals(expected, model.flatGradients().getDouble(i), parameter.name());
      }
    }
  }

  @Test
  void refusesToFreezeMoreLayersThanThereAre() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> model.freeze(new Frozen(Set.of(), Map.of(Part.AUDIO_ENCODER, 3))));
    assertEquals("3 layers of AUDIO_ENCODER are to be frozen, it has 2", error.getMessage());
  }

  @Test
  void frozenEncoderRunsAsAtInference() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    model.freeze(Frozen.whole(Set.of(Part.AUDIO_ENCODER)));
    assertEquals(
        model.embedAudio(batch.logMel()),
        model.embed(batch, Pass.training(RandomSeed.of(4))).audio_ND());
  }

  @Test
  void refusesToFreezeAHeadThatItsEncoderLearnsThrough() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> model.freeze(Frozen.whole(Set.of(Part.AUDIO_HEAD))));
    assertEquals(
        "AUDIO_ENCODER learns through AUDIO_HEAD; freeze both, or the encoder alone",
        error.getMessage());
  }

  @Test
  void aFrozenTowerRunsAsAtInference() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Pass training = Pass.training(RandomSeed.of(4));
    model.flatParameters().addi(0.1);
    assertNotEquals(model.embedAudio(batch.logMel()), model.embed(batch, training).audio_ND());
    model.freeze(Frozen.whole(Part.of(Tower.AUDIO)));
    INDArray expected = model.embedAudio(batch.logMel());
    assertEquals(expected, model.embed(batch, training).audio_ND());
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(
        batch,
        training,
        embeddings -> {
          assertEquals(expected, embeddings.audio_ND());
          return weights;
        });
  }

  @Test
  void lengthsAndBatchSizesMayChangeFromCallToCall() {
    for (int round = 0; round < 3; round++) {
      for (int size = 1; size < 6; size++) {
        ContrastiveBatch batch = TinyTowers.batch(size, 3 + size, 2 + size);
        model.backward(batch, Pass.training(RandomSeed.of(size)), e -> e);
        INDArray both = model.embedAudio(batch.logMel());
        INDArray one =
            model.embedAudio(
                batch.logMel().get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 1)));
        assertClose(one.getRow(0), both.getRow(0));
      }
    }
  }

  @Test
  void inferenceUsesTheParametersAsTheyAreNow() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    INDArray before = model.embedText(batch.tokens());
    model.flatParameters().muli(0.5);
    assertNotEquals(before, model.embedText(batch.tokens()));
    model.flatParameters().muli(2);
    assertEquals(before, model.embedText(batch.tokens()));
  }

  @Test
  void paddingIsMasked() {
    TokenBatch bare = new TokenBatch(new int[][] {{3, 4}}, new int[][] {{1, 1}});
    TokenBatch padded = new TokenBatch(new int[][] {{3, 4, 5}}, new int[][] {{1, 1, 0}});
    assertClose(model.embedText(bare), model.embedText(padded));
  }

  @Test
  void worksAfterTheGradientCallbackHasFailed() {
    ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
    Embeddings weights = new Embeddings(weights(4, 1), weights(4, 2));
    model.backward(batch, Pass.inference(), e -> weights);
    INDArray expected = model.flatGradients().dup();
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                model.backward(
                    batch,
                    Pass.inference(),
                    e -> {
                      throw new IllegalStateException("no gradient today");
                    }));
    assertEquals("no gradient today", error.getMessage());
    model.backward(batch, Pass.inference(), e -> weights);
    assertEquals(expected, model.flatGradients());
  }

  @Test
  void computesInFloatToo() {
    try (TwoTowerModel floats = TinyTowers.model(DataType.FLOAT)) {
      ContrastiveBatch batch = TinyTowers.batch(4, 6, 3);
      INDArray expected = model.embedAudio(batch.logMel());
      INDArray actual = floats.embedAudio(batch.logMel());
      assertEquals(DataType.FLOAT, actual.dataType());
      double floatTolerance = 1e-6; // sums of a few float products
      assertTrue(actual.castTo(DataType.DOUBLE).equalsWithEps(expected, floatTolerance));
    }
  }

  @Test
  void refusesLogMelOfAnotherRank() {
    INDArray logMel = Nd4j.zeros(2, 3, 4);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> model.embedAudio(logMel));
    assertEquals(
        "log-mel must have shape [B, 1, frames, melBins], not [2, 3, 4]", error.getMessage());
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    assertTrue(
        expected.equalsWithEps(actual, DOUBLE_TOLERANCE), () -> expected + " versus " + actual);
  }
}
