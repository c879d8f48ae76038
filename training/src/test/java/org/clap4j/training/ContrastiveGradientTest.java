package org.clap4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.data.ContrastiveBatch;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.clap4j.core.model.Embeddings;
import org.clap4j.core.model.Parameter;
import org.clap4j.core.model.Pass;
import org.clap4j.core.model.TwoTowerModel;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.testkit.Golden;
import org.clap4j.training.loading.BatchPosition;
import org.clap4j.training.loading.StepBatch;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ContrastiveGradientTest {

  /** The same sums in double, in another order. */
  private static final double DOUBLE_TOLERANCE = 1e-12;

  /** Central differences in double with a step of 1e-6. */
  private static final double DIFFERENCE_TOLERANCE = 1e-7;

  private static final RandomSeed SEED = RandomSeed.of(17);

  @Test
  void chunksGiveTheGradientOfTheWholeBatch() {
    try (TwoTowerModel model = TinyModel.create(DataType.DOUBLE, 0);
        ContrastiveGradient gradient = new ContrastiveGradient(model, TinyModel.LOSS)) {
      StepBatch chunked = step(TinyModel.batch(3, 1), TinyModel.batch(3, 2), TinyModel.batch(1, 3));
      StepBatch whole = step(joined(chunked));
      double wholeLoss = gradient.compute(whole, SEED);
      INDArray expected = trained(model);
      double chunkedLoss = gradient.compute(chunked, SEED);
      assertEquals(wholeLoss, chunkedLoss, DOUBLE_TOLERANCE);
      Golden.assertClose("gradient", expected, trained(model), DOUBLE_TOLERANCE);
    }
  }

  @Test
  void runningStatisticsMoveByTheMeanOfTheChunksMoves() {
    try (TwoTowerModel model = TinyModel.create(DataType.DOUBLE, 0);
        ContrastiveGradient gradient = new ContrastiveGradient(model, TinyModel.LOSS)) {
      ContrastiveBatch first = TinyModel.batch(3, 1);
      ContrastiveBatch second = TinyModel.batch(2, 2);
      gradient.compute(step(first), SEED);
      INDArray expected = states(model);
      gradient.compute(step(second), SEED);
      expected.addi(states(model)).divi(2);
      gradient.compute(step(first, second), SEED);
      Golden.assertClose("states", expected, states(model), DOUBLE_TOLERANCE);
    }
  }

  @Test
  void bothPassesDropTheSame() {
    try (TwoTowerModel model = TinyModel.create(DataType.DOUBLE, 0.4);
        ContrastiveGradient gradient = new ContrastiveGradient(model, TinyModel.LOSS)) {
      StepBatch step = step(TinyModel.batch(3, 1), TinyModel.batch(2, 2));
      gradient.compute(step, SEED);
      INDArray expected = model.flatGradients().dup();
      for (Parameter parameter : model.parameters()) {
        if (parameter.kind() != Kind.STATE) {
          long at = parameter.offset();
          double difference = centralDifference(model, step, at);
          assertEquals(difference, expected.getDouble(at), DIFFERENCE_TOLERANCE, parameter.name());
        }
      }
    }
  }

  @Test
  void chunksDropDifferently() {
    try (TwoTowerModel model = TinyModel.create(DataType.DOUBLE, 0.4)) {
      ContrastiveBatch batch = TinyModel.batch(4, 1);
      Embeddings first = model.embed(batch, Pass.training(SEED.split(0)));
      Embeddings second = model.embed(batch, Pass.training(SEED.split(1)));
      assertNotEquals(first.audio_ND(), second.audio_ND());
    }
  }

  private static double centralDifference(TwoTowerModel model, StepBatch step, long at) {
    double h = 1e-6;
    INDArray parameters = model.flatParameters();
    double value = parameters.getDouble(at);
    parameters.putScalar(at, value + h);
    double above = loss(model, step);
    parameters.putScalar(at, value - h);
    double below = loss(model, step);
    parameters.putScalar(at, value);
    return (above - below) / (2 * h);
  }

  /** The loss of a step by its definition: embed every chunk with its seed, compare all. */
  private static double loss(TwoTowerModel model, StepBatch step) {
    List<INDArray> audio = new ArrayList<>();
    List<INDArray> text = new ArrayList<>();
    for (int i = 0; i < step.chunks().size(); i++) {
      Embeddings embeddings = model.embed(step.chunks().get(i), Pass.training(SEED.split(i)));
      audio.add(embeddings.audio_ND());
      text.add(embeddings.text_ND());
    }
    return TinyModel.LOSS
        .evaluate(
            Nd4j.vstack(audio.toArray(INDArray[]::new)),
            Nd4j.vstack(text.toArray(INDArray[]::new)),
            model.lossParameters(),
            step.ids())
        .value();
  }

  private static StepBatch step(ContrastiveBatch... chunks) {
    return new StepBatch(BatchPosition.START, List.of(chunks), 0);
  }

  private static ContrastiveBatch joined(StepBatch step) {
    List<int[]> ids = new ArrayList<>();
    List<int[]> mask = new ArrayList<>();
    for (ContrastiveBatch chunk : step.chunks()) {
      ids.addAll(List.of(chunk.tokens().ids()));
      mask.addAll(List.of(chunk.tokens().mask()));
    }
    INDArray[] logMels =
        step.chunks().stream().map(ContrastiveBatch::logMel).toArray(INDArray[]::new);
    return new ContrastiveBatch(
        Nd4j.concat(0, logMels),
        new TokenBatch(ids.toArray(int[][]::new), mask.toArray(int[][]::new)),
        PairIds.distinct(step.size()),
        step.clipNames());
  }

  private static INDArray trained(TwoTowerModel model) {
    INDArray gradients = model.flatGradients().dup();
    slots(model, gradients, Kind.STATE).forEach(state -> state.assign(0));
    return gradients;
  }

  private static INDArray states(TwoTowerModel model) {
    return Nd4j.concat(0, slots(model, model.flatGradients(), Kind.STATE).toArray(INDArray[]::new));
  }

  private static List<INDArray> slots(TwoTowerModel model, INDArray gradients, Kind kind) {
    return model.parameters().stream()
        .filter(p -> p.kind() == kind)
        .map(p -> gradients.get(NDArrayIndex.interval(p.offset(), p.offset() + p.length())))
        .toList();
  }
}
