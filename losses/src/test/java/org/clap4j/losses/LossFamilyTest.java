package org.clap4j.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LogitScale;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.ScaledLoss;
import org.clap4j.core.loss.Scoring;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.core.model.LossFactory;
import org.clap4j.core.model.Selected;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.losses.HardNegativeConfig.Weights;
import org.clap4j.losses.MultiPositiveConfig.Share;
import org.clap4j.losses.SupConConfig.Anchors;
import org.clap4j.losses.TripletConfig.Negatives;
import org.clap4j.testkit.ContrastiveLossContract;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the losses have in common, and how each relates to the others. */
class LossFamilyTest {

  /** Sums of doubles in another order. */
  private static final double TOLERANCE = 1e-12;

  /** Logits up to 14 in float32. */
  private static final double FLOAT_TOLERANCE = 1e-6;

  private static final TemperatureConfig LEARNABLE = TemperatureConfig.learnable(8, 100);
  private static final int PAIRS = 7;

  /** D of what the contract evaluates. */
  private static final int EMBEDDING_DIM = 6;

  private static final PairIds IDS =
      new PairIds(new long[] {4, 1, 4, 2, 3, 1, 4}, new long[] {0, 1, 2, 2, 3, 4, 0});
  private static final INDArray AUDIO = unitRows(1);
  private static final INDArray TEXT = unitRows(2);

  @Nested
  class SigmoidContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return Sigmoid.of(new SigmoidConfig(LEARNABLE, -3));
    }
  }

  @Nested
  class DecoupledContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return Decoupled.of(new DecoupledConfig(LEARNABLE, 0.3));
    }
  }

  @Nested
  class HardNegativeContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return hardNegative(0.7, 0.4, Weights.DIFFERENTIATED);
    }
  }

  @Nested
  class JointSupConContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return SupCon.of(new SupConConfig(LEARNABLE, Share.EITHER, Anchors.JOINT));
    }
  }

  @Nested
  class CrossModalSupConContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return SupCon.of(new SupConConfig(LEARNABLE, Share.CAPTION, Anchors.CROSS_MODAL));
    }
  }

  @Nested
  class HardestTripletContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return Triplet.of(new TripletConfig(0.3, Negatives.HARDEST));
    }
  }

  @Nested
  class AllTripletsContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return Triplet.of(new TripletConfig(0.3, Negatives.ALL));
    }
  }

  @Nested
  class ScheduledScaleContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return InfoNce.of(
          InfoNceConfig.of(
              TemperatureConfig.scheduled(5, 50, 100, TemperatureConfig.Curve.COSINE)));
    }
  }

  @Nested
  class ScalePerDirectionContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return InfoNce.of(new InfoNceConfig(TemperatureConfig.perDirection(8, 100), 0.1, 0.3));
    }
  }

  @Nested
  class LaionMlpContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return LaionMlp.of(new LaionMlpConfig(LEARNABLE), EMBEDDING_DIM);
    }
  }

  @Nested
  class MatryoshkaContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return matryoshka(List.of(2, 5), List.of(0.4, 1.3), infoNce(), EMBEDDING_DIM);
    }
  }

  @Nested
  class WeightedSumContract extends ContrastiveLossContract {
    @Override
    protected ContrastiveLoss loss() {
      return weightedSum();
    }
  }

  private static Selected<LossFactory<?>> infoNce() {
    return new Selected<>("info-nce", new InfoNceFactory(), InfoNceConfig.of(LEARNABLE));
  }

  private static ContrastiveLoss matryoshka(
      List<Integer> dims, List<Double> weights, Selected<LossFactory<?>> of, int embeddingDim) {
    return new MatryoshkaFactory().create(new MatryoshkaConfig(dims, weights, of), embeddingDim);
  }

  private static ContrastiveLoss weightedSum() {
    Selected<LossFactory<?>> sigmoid =
        new Selected<>("sigmoid", new SigmoidFactory(), new SigmoidConfig(LEARNABLE, -2));
    Map<String, WeightedSumConfig.Part> parts = new LinkedHashMap<>();
    parts.put("pairs", new WeightedSumConfig.Part(0.7, infoNce()));
    parts.put("all", new WeightedSumConfig.Part(2, sigmoid));
    return new WeightedSumFactory().create(new WeightedSumConfig(parts), EMBEDDING_DIM);
  }

  private static ContrastiveLoss hardNegative(double alpha, double beta, Weights weights) {
    return HardNegative.of(new HardNegativeConfig(LEARNABLE, alpha, beta, weights, 0.3));
  }

  private static INDArray unitRows(long seed) {
    SplittableRandom random = RandomSeed.of(seed).generator();
    INDArray rows = Nd4j.create(DataType.DOUBLE, PAIRS, 5);
    for (long i = 0; i < rows.length(); i++) {
      rows.putScalar(i, random.nextGaussian());
    }
    return rows.diviColumnVector(rows.norm2(1));
  }

  private static LossOutput evaluate(ContrastiveLoss loss, double scale) {
    return evaluate(loss, AUDIO, TEXT, scale, IDS);
  }

  private static LossOutput evaluate(
      ContrastiveLoss loss, INDArray audio, INDArray text, double scale, PairIds ids) {
    INDArray log = Nd4j.valueArrayOf(new long[] {1}, Math.log(scale), DataType.DOUBLE);
    INDArray bias = Nd4j.valueArrayOf(new long[] {1}, -2.0, DataType.DOUBLE);
    return loss.evaluate(
        audio,
        text,
        new LossParameters(
            Map.of(
                LogitScale.LOG_LOGIT_SCALE,
                log,
                "audio_to_text." + LogitScale.LOG_LOGIT_SCALE,
                log,
                "text_to_audio." + LogitScale.LOG_LOGIT_SCALE,
                log,
                "pairs." + LogitScale.LOG_LOGIT_SCALE,
                log,
                "all." + LogitScale.LOG_LOGIT_SCALE,
                log,
                Sigmoid.LOGIT_BIAS,
                bias,
                "all." + Sigmoid.LOGIT_BIAS,
                bias)),
        ids);
  }

  private static void assertSame(LossOutput expected, LossOutput found) {
    Golden.assertClose("loss", expected.value(), found.value(), TOLERANCE);
    Golden.assertClose("audio", expected.audioGradient(), found.audioGradient(), TOLERANCE);
    Golden.assertClose("text", expected.textGradient(), found.textGradient(), TOLERANCE);
  }

  @Test
  void withAlphaOneAndBetaZeroHardNegativesAreAllNegatives() {
    LossOutput infoNce = evaluate(InfoNce.of(new InfoNceConfig(LEARNABLE, 0, 0.3)), 9);
    assertSame(infoNce, evaluate(hardNegative(1, 0, Weights.DIFFERENTIATED), 9));
    assertSame(infoNce, evaluate(hardNegative(1, 0, Weights.DETACHED), 9));
  }

  @Test
  void withoutDuplicatesCrossModalSupConIsInfoNce() {
    PairIds distinct = PairIds.distinct(PAIRS);
    assertSame(
        evaluate(InfoNce.of(InfoNceConfig.of(LEARNABLE)), AUDIO, TEXT, 9, distinct),
        evaluate(
            SupCon.of(new SupConConfig(LEARNABLE, Share.EITHER, Anchors.CROSS_MODAL)),
            AUDIO,
            TEXT,
            9,
            distinct));
  }

  @Test
  void oneScaleForEachDirectionIsOneForBothWhereTheyAreEqual() {
    for (Function<TemperatureConfig, ContrastiveLoss> loss :
        List.<Function<TemperatureConfig, ContrastiveLoss>>of(
            t -> InfoNce.of(new InfoNceConfig(t, 0.1, 0.3)),
            t -> MultiPositive.of(new MultiPositiveConfig(t, Share.EITHER, 0.1, 0.3)),
            t -> Decoupled.of(new DecoupledConfig(t, 0.3)),
            t -> SupCon.of(new SupConConfig(t, Share.CLIP, Anchors.CROSS_MODAL)),
            t ->
                HardNegative.of(
                    new HardNegativeConfig(t, 0.7, 0.4, Weights.DIFFERENTIATED, 0.3)))) {
      LossOutput one = evaluate(loss.apply(LEARNABLE), 9);
      LossOutput two = evaluate(loss.apply(TemperatureConfig.perDirection(8, 100)), 9);
      assertSame(one, two);
      assertEquals(2, two.parameterGradients().size());
      double sum =
          two.parameterGradients().values().stream().mapToDouble(g -> g.getDouble(0)).sum();
      Golden.assertClose(
          "scale",
          Objects.requireNonNull(one.parameterGradients().get(LogitScale.LOG_LOGIT_SCALE))
              .getDouble(0),
          sum,
          TOLERANCE);
    }
  }

  @Test
  void whatHasNoDirectionsRefusesAScaleForEach() {
    TemperatureConfig perDirection = TemperatureConfig.perDirection(8, 100);
    assertEquals(
        "temperature.type per-direction needs a loss of two directions, which this one is not; take"
            + " learnable",
        assertThrows(
                IllegalArgumentException.class,
                () -> SupCon.of(new SupConConfig(perDirection, Share.CLIP, Anchors.JOINT)))
            .getMessage());
    assertEquals(
        "temperature.type per-direction is not for this loss; take learnable",
        assertThrows(
                IllegalArgumentException.class,
                () -> Sigmoid.of(new SigmoidConfig(perDirection, -10)))
            .getMessage());
  }

  @Test
  void aWeightedSumIsTheSumOfItsPartsTimesTheirWeights() {
    LossOutput sum = evaluate(weightedSum(), 9);
    LossOutput pairs = evaluate(InfoNce.of(InfoNceConfig.of(LEARNABLE)), 9);
    LossOutput all = evaluate(Sigmoid.of(new SigmoidConfig(LEARNABLE, -2)), 9);
    Golden.assertClose("loss", 0.7 * pairs.value() + 2 * all.value(), sum.value(), TOLERANCE);
    Golden.assertClose(
        "audio",
        pairs.audioGradient().mul(0.7).add(all.audioGradient().mul(2)),
        sum.audioGradient(),
        TOLERANCE);
  }

  @Test
  void aSumScoresByTheMeanOfItsPartsLogits() {
    INDArray audio = unitRows(3);
    INDArray text = unitRows(4);
    Map<String, WeightedSumConfig.Part> parts = new LinkedHashMap<>();
    parts.put("pairs", new WeightedSumConfig.Part(3, infoNce()));
    parts.put("mlp", new WeightedSumConfig.Part(1, laionMlp()));
    ContrastiveLoss loss = new WeightedSumFactory().create(new WeightedSumConfig(parts), 5);
    LossParameters all =
        LossParameters.starting(loss.parameters(), DataType.DOUBLE, RandomSeed.of(5));
    Map<String, INDArray> ofMlp = new LinkedHashMap<>();
    all.arrays()
        .forEach(
            (name, array) -> {
              if (name.startsWith("mlp.")) {
                ofMlp.put(name.substring("mlp.".length()), array);
              }
            });
    INDArray mlp_NN = logits(LaionMlp.of(new LaionMlpConfig(LEARNABLE), 5), ofMlp, audio, text);
    Golden.assertClose(
        "logits",
        audio.mmul(text.transpose()).mul(3 * 8).add(mlp_NN).div(4),
        logits(loss, all.arrays(), audio, text),
        TOLERANCE);
    ContrastiveLoss plain = weightedSum();
    assertTrue(
        plain
            .scoring(LossParameters.starting(plain.parameters(), DataType.DOUBLE, RandomSeed.of(5)))
            .isCosine());
    assertFalse(loss.scoring(all).isCosine());
  }

  private static INDArray logits(
      ContrastiveLoss loss, Map<String, INDArray> arrays, INDArray audio_ND, INDArray text_ND) {
    LossParameters parameters = new LossParameters(arrays);
    Scoring scoring = loss.scoring(parameters);
    return scoring
        .audioRows()
        .apply(audio_ND)
        .mmul(scoring.textRows().apply(text_ND).transpose())
        .mul(loss.logitScale(parameters));
  }

  private static Selected<LossFactory<?>> laionMlp() {
    return new Selected<>("laion-mlp", new LaionMlpFactory(), new LaionMlpConfig(LEARNABLE));
  }

  @Test
  void whatATowersArraysAreCalledIsNoNameOfAPart() {
    assertEquals(
        "parts: 'audio_encoder' is what a tower's arrays are called in weight files; take another"
            + " name",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new WeightedSumConfig(
                        Map.of("audio_encoder", new WeightedSumConfig.Part(1, infoNce()))))
            .getMessage());
  }

  @Test
  void prefixesAreToldToWhoeverEvaluates() {
    assertEquals(List.of(2, 4), matryoshka(List.of(2, 4), List.of(), infoNce(), 5).prefixDims());
    assertEquals(List.of(), weightedSum().prefixDims());
    INDArray rows = Nd4j.createFromArray(new double[][] {{0.3, 0.4, 0.8, Math.sqrt(0.11)}});
    Golden.assertClose(
        "prefix",
        Nd4j.createFromArray(new double[][] {{0.6, 0.8}}),
        Scoring.ofPrefix(2).audioRows().apply(rows),
        TOLERANCE);
  }

  @Test
  void aWholePrefixIsTheLossItselfWhereRowsHaveUnitLength() {
    LossOutput plain = evaluate(InfoNce.of(InfoNceConfig.of(LEARNABLE)), 9);
    LossOutput whole = evaluate(matryoshka(List.of(5), List.of(), infoNce(), 5), 9);
    Golden.assertClose("loss", plain.value(), whole.value(), TOLERANCE);
    INDArray radial_N1 = plain.audioGradient().mul(AUDIO).sum(true, 1);
    Golden.assertClose(
        "audio, along the sphere",
        plain.audioGradient().sub(AUDIO.mul(radial_N1)),
        whole.audioGradient(),
        TOLERANCE);
  }

  @Test
  void prefixesMustFitTheEmbeddingAndShareTheirParameters() {
    assertEquals(
        "loss.dims must be at most the embedding dimension, 5, was [2, 6]",
        assertThrows(
                IllegalArgumentException.class,
                () -> matryoshka(List.of(2, 6), List.of(), infoNce(), 5))
            .getMessage());
    assertEquals(
        "loss.of: prefixes cannot share the parameters of laion-mlp, which depend on their length",
        assertThrows(
                IllegalArgumentException.class,
                () -> matryoshka(List.of(2, 5), List.of(), laionMlp(), 5))
            .getMessage());
    assertEquals(
        "dims must be above 0 and ascending, was [4, 2]",
        assertThrows(
                IllegalArgumentException.class,
                () -> matryoshka(List.of(4, 2), List.of(), infoNce(), 5))
            .getMessage());
    assertEquals(
        "weights must be as many as dims, 2, was [1.0]",
        assertThrows(
                IllegalArgumentException.class,
                () -> matryoshka(List.of(2, 4), List.of(1.0), infoNce(), 5))
            .getMessage());
  }

  @Test
  void aScheduleGoesFromTheInitialToTheFinalScaleAndStaysThere() {
    for (TemperatureConfig.Curve curve : TemperatureConfig.Curve.values()) {
      ContrastiveLoss loss =
          InfoNce.of(InfoNceConfig.of(TemperatureConfig.scheduled(4, 64, 10, curve)));
      ParameterSpec spec = loss.parameters().get(0);
      assertEquals(ParameterSpec.Kind.STATE, spec.kind());
      INDArray log = Nd4j.valueArrayOf(new long[] {1}, Math.log(4), DataType.DOUBLE);
      LossParameters parameters = new LossParameters(Map.of(spec.name(), log));
      loss.afterStep(parameters, 5);
      Golden.assertClose("half way", 16, loss.logitScale(parameters), TOLERANCE);
      loss.afterStep(parameters, 10);
      Golden.assertClose("end", 64, loss.logitScale(parameters), TOLERANCE);
      loss.afterStep(parameters, 1000);
      Golden.assertClose("after", 64, loss.logitScale(parameters), TOLERANCE);
    }
  }

  @Test
  void whereAllPairsAreAlikeALossIsAtItsChance() {
    INDArray audio = Nd4j.vstack(Collections.nCopies(PAIRS, AUDIO.getRow(0)));
    INDArray text = Nd4j.vstack(Collections.nCopies(PAIRS, TEXT.getRow(0)));
    for (ContrastiveLoss loss :
        List.of(
            InfoNce.of(new InfoNceConfig(LEARNABLE, 0.2, 0.3)),
            InfoNce.of(InfoNceConfig.of(TemperatureConfig.perDirection(8, 100))),
            MultiPositive.of(new MultiPositiveConfig(LEARNABLE, Share.EITHER, 0, 0.5)),
            Decoupled.of(new DecoupledConfig(LEARNABLE, 0.5)),
            hardNegative(0.7, 0.5, Weights.DIFFERENTIATED),
            SupCon.of(new SupConConfig(LEARNABLE, Share.EITHER, Anchors.CROSS_MODAL)),
            Triplet.of(new TripletConfig(0.2, Negatives.HARDEST)),
            Triplet.of(new TripletConfig(0.2, Negatives.ALL)),
            matryoshka(List.of(2, 4), List.of(0.5, 2.0), infoNce(), 5))) {
      Golden.assertClose(
          "loss", loss.chance(PAIRS), evaluate(loss, audio, text, 9, IDS).value(), TOLERANCE);
    }
    ContrastiveLoss joint = SupCon.of(new SupConConfig(LEARNABLE, Share.EITHER, Anchors.JOINT));
    Golden.assertClose(
        "joint", joint.chance(PAIRS), evaluate(joint, audio, audio, 9, IDS).value(), TOLERANCE);
    double rightBias = -Math.log(PAIRS - 1);
    INDArray zeros = AUDIO.like();
    ContrastiveLoss sigmoid = Sigmoid.of(new SigmoidConfig(LEARNABLE, rightBias));
    LossParameters parameters =
        LossParameters.starting(sigmoid.parameters(), DataType.DOUBLE, RandomSeed.of(1));
    Golden.assertClose(
        "sigmoid",
        sigmoid.chance(PAIRS),
        sigmoid.evaluate(zeros, zeros, parameters, IDS).value(),
        TOLERANCE);
  }

  @Test
  void aSinglePairIsFiniteAndTeachesNothingWhereNegativesAreMissing() {
    INDArray one = Nd4j.createFromArray(new double[][] {{0.6, 0.8}});
    PairIds ids = PairIds.distinct(1);
    for (ContrastiveLoss loss :
        List.of(
            InfoNce.of(InfoNceConfig.of(LEARNABLE)),
            Decoupled.of(new DecoupledConfig(LEARNABLE, 0.5)),
            hardNegative(1, 0.5, Weights.DIFFERENTIATED),
            SupCon.of(new SupConConfig(LEARNABLE, Share.EITHER, Anchors.JOINT)),
            SupCon.of(new SupConConfig(LEARNABLE, Share.EITHER, Anchors.CROSS_MODAL)),
            Triplet.of(new TripletConfig(0.2, Negatives.HARDEST)),
            Triplet.of(new TripletConfig(0.2, Negatives.ALL)))) {
      LossOutput output = evaluate(loss, one, one.dup(), 10, ids);
      Golden.assertClose("loss", 0, output.value(), TOLERANCE);
      Golden.assertClose("audio", one.like(), output.audioGradient(), TOLERANCE);
      Golden.assertClose("text", one.like(), output.textGradient(), TOLERANCE);
    }
  }

  static Stream<LossOfLogits> lossesOfLogits() {
    double[] own = AUDIO.mul(TEXT).sum(1).toDoubleVector();
    SharedIds shared = new SharedIds(IDS, Share.EITHER);
    SharedIds twins = // no row is without a positive, as in a batch of clips and captions
        new SharedIds(
            new PairIds(new long[] {5, 3, 5, 3, 2, 3, 2}, PairIds.distinct(PAIRS).captionIds()),
            Share.CLIP);
    HardNegativeConfig hard =
        new HardNegativeConfig(LEARNABLE, 0.7, 0.4, Weights.DIFFERENTIATED, 0.3);
    return Stream.of(
        exp -> new Sigmoid.OfLogits(PAIRS, -2, exp),
        exp -> new Decoupled(0.3).new OfLogits(PAIRS, exp),
        exp -> new HardNegative(hard).new OfLogits(PAIRS, exp),
        exp -> new SupCon.Joint(twins, exp),
        exp -> new SupCon.CrossModal(shared, 0.3, exp),
        exp -> new Triplet.OfCosines(new Triplet.All(own, 0.3), new Triplet.All(own, 0.3)),
        exp -> new Triplet.OfCosines(new Triplet.Hardest(own, 0.3), new Triplet.Hardest(own, 0.3)));
  }

  @FunctionalInterface
  interface LossOfLogits {
    LogitLoss make(Exponential exponential);
  }

  @ParameterizedTest
  @MethodSource("lossesOfLogits")
  void tilesOfAnySizeGiveTheSame(LossOfLogits loss) {
    ScaledLoss.Output whole = TiledLogits.evaluate(AUDIO, TEXT, 1, loss.make(Exponential.EXACT));
    for (int rows = 1; rows < PAIRS; rows++) {
      ScaledLoss.Output tiled =
          TiledLogits.evaluate(AUDIO, TEXT, 1, loss.make(Exponential.EXACT), rows * PAIRS);
      Outputs.assertClose(whole, tiled, TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("lossesOfLogits")
  void floatsInTilesGiveWhatDoublesGiveAtOnce(LossOfLogits loss) {
    ScaledLoss.Output exact = TiledLogits.evaluate(AUDIO, TEXT, 14, loss.make(Exponential.EXACT));
    ScaledLoss.Output tiled =
        TiledLogits.evaluate(
            AUDIO.castTo(DataType.FLOAT),
            TEXT.castTo(DataType.FLOAT),
            14,
            loss.make(Exponential.FAST),
            3 * PAIRS);
    Outputs.assertClose(exact, tiled, FLOAT_TOLERANCE);
  }
}
