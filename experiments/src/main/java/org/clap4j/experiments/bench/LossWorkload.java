package org.clap4j.experiments.bench;

import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A loss, forward and backward, on N pairs of unit embeddings with D = 512. */
public final class LossWorkload implements Workload {

  private static final int DIM = 512;

  /** Pairs of the batch that is evaluated first. */
  private static final int FEW = 256;

  /** Evaluations of it: as many as the JIT compiler needs to be done with the loss. */
  private static final int EVALUATIONS_OF_FEW = 100;

  private final ContrastiveLoss loss;
  private final LossParameters parameters;
  private final PairIds ids;
  private final INDArray audio_ND;
  private final INDArray text_ND;

  /**
   * Makes the embeddings, once the loss has been evaluated on a few often enough for its code to be
   * loaded and compiled: what memory grows by from then on is what a batch of N takes.
   *
   * @param loss its parameters stay as they start
   * @param pairs N
   */
  public LossWorkload(ContrastiveLoss loss, int pairs) {
    this.loss = loss;
    parameters = LossParameters.starting(loss.parameters(), DataType.FLOAT, RandomSeed.of(0));
    try (INDArray audio = draw(FEW, "audio");
        INDArray text = draw(FEW, "text")) {
      for (int i = 0; i < EVALUATIONS_OF_FEW; i++) {
        evaluate(audio, text, PairIds.distinct(FEW));
      }
    }
    ids = PairIds.distinct(pairs);
    audio_ND = draw(pairs, "audio");
    text_ND = draw(pairs, "text");
  }

  private static INDArray draw(int pairs, String side) {
    return UnitRows.draw(pairs, DIM, RandomSeed.of(0).split(side));
  }

  /** Evaluates value and gradients once. */
  @Override
  public void run() {
    evaluate(audio_ND, text_ND, ids);
  }

  private void evaluate(INDArray audio_ND, INDArray text_ND, PairIds ids) {
    LossOutput output = loss.evaluate(audio_ND, text_ND, parameters, ids);
    output.audioGradient().close();
    output.textGradient().close();
  }

  @Override
  public void close() {
    audio_ND.close();
    text_ND.close();
  }
}
