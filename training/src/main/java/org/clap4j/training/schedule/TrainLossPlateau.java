package org.clap4j.training.schedule;

import java.util.Map;
import java.util.TreeMap;

/** A {@link Plateau} that watches the mean of the training loss from evaluation to evaluation. */
final class TrainLossPlateau implements Schedule {

  /** The name of the metric that is watched without an evaluation. */
  static final String METRIC = "train/loss";

  private static final String SUM = "loss-sum";
  private static final String STEPS = "loss-steps";

  private final Plateau plateau;
  private double sum;
  private long steps;

  TrainLossPlateau(Plateau plateau) {
    this.plateau = plateau;
  }

  @Override
  public double learningRate(long step) {
    return plateau.learningRate(step);
  }

  @Override
  public void stepped(double loss) {
    if (Double.isFinite(loss)) {
      sum += loss;
      steps++;
    }
  }

  @Override
  public void evaluationDue() {
    if (steps > 0) {
      plateau.observe(sum / steps);
    }
    sum = 0;
    steps = 0;
  }

  @Override
  public Map<String, Double> state() {
    Map<String, Double> state = new TreeMap<>(plateau.state());
    state.put(SUM, sum);
    state.put(STEPS, (double) steps);
    return state;
  }

  @Override
  public void restore(Map<String, Double> state) {
    plateau.restore(state);
    sum = Plateau.value(state, SUM);
    steps = (long) Plateau.value(state, STEPS);
  }
}
