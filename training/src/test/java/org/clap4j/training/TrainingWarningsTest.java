package org.clap4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.training.optim.GradientNorms;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrainingWarningsTest {

  private static final LossParameters NONE = new LossParameters(Map.of());

  /** A loss that is asked about itself only. */
  private record Known(boolean usesIds, boolean clamped) implements ContrastiveLoss {

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public LossOutput evaluate(
        INDArray audio_ND, INDArray text_ND, LossParameters parameters, PairIds ids) {
      throw new AssertionError("nothing is evaluated");
    }

    @Override
    public boolean isClamped(LossParameters parameters) {
      return clamped;
    }
  }

  private static StepReport report(long step, double loss, double duplicates) {
    GradientNorms norms = new GradientNorms(1, Map.of(), Map.of());
    return new StepReport(step, 0, loss, 1e-3, Map.of(), norms, 1, 0, duplicates, 0);
  }

  /** What is told in 450 steps of 32 pairs, and when. */
  private static List<String> told(
      ContrastiveLoss loss, double value, double duplicates, Map<String, Double> metrics) {
    TrainingWarnings warnings = new TrainingWarnings(loss);
    List<String> told = new ArrayList<>();
    for (long step = 1; step <= 450; step++) {
      for (String message :
          warnings.look(report(step, value, duplicates), 32, metrics, NONE).values()) {
        told.add(step + ": " + message);
      }
    }
    return told;
  }

  @Test
  void aHealthyRunIsLeftAlone() {
    Map<String, Double> metrics = Map.of("train/audio_uniformity", -2.0);
    assertEquals(List.of(), told(new Known(false, false), 1.2, 0.1, metrics));
  }

  @Test
  void aLossThatStaysAtChanceIsToldOnce() {
    assertEquals(
        List.of(
            "200: the loss has stayed at ln N = 3.466 for 200 steps: no pair is told from another;"
                + " look at the learning rate and its warm-up, and whether captions belong to their"
                + " clips"),
        told(new Known(false, false), 3.47, 0, Map.of()));
  }

  @Test
  void aLossThatLeavesChanceInBetweenIsNotTold() {
    TrainingWarnings warnings = new TrainingWarnings(new Known(false, false));
    for (long step = 1; step <= 450; step++) {
      double loss = step % 150 == 0 ? 2 : Math.log(32);
      assertEquals(Map.of(), warnings.look(report(step, loss, 0), 32, Map.of(), NONE));
    }
  }

  @Test
  void aScaleThatStaysAtItsClampIsToldOnce() {
    assertEquals(
        List.of(
            "200: the logit scale has been at its largest value for 200 steps: the batches have"
                + " become easy, or max-scale is too low; larger batches or harder negatives teach"
                + " more"),
        told(new Known(false, true), 1, 0, Map.of()));
  }

  @Test
  void duplicatesAreToldToALossThatTakesThemForNegatives() {
    assertEquals(
        List.of(
            "1: 30 % of the pairs of step 1 share a clip or a caption with another pair of the"
                + " batch, and this loss takes them for negatives; loss.type=multi-positive does"
                + " not"),
        told(new Known(false, false), 1, 0.3, Map.of()));
    assertEquals(List.of(), told(new Known(true, false), 1, 0.3, Map.of()));
  }

  @Test
  void aTowerThatCollapsesIsNamed() {
    Map<String, Double> metrics =
        Map.of("train/audio_uniformity", -1.5, "train/text_uniformity", -0.01);
    TrainingWarnings warnings = new TrainingWarnings(new Known(true, false));
    assertEquals(Map.of(), warnings.look(report(1, 1, 0), 32, metrics, NONE));
    assertEquals(
        Set.of("text_collapse"), warnings.look(report(201, 1, 0), 32, metrics, NONE).keySet());
  }
}
