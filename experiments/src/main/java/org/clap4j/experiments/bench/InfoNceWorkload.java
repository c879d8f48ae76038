package org.clap4j.experiments.bench;

import java.util.Map;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.loss.TemperatureConfig;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.losses.InfoNce;
import org.clap4j.losses.InfoNceConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/** InfoNCE forward and backward on N pairs of unit embeddings with D = 512: {@code info-nce}. */
public final class InfoNceWorkload implements Workload {

  private static final int DIM = 512;

  private final ContrastiveLoss loss =
      InfoNce.of(InfoNceConfig.of(TemperatureConfig.fixed(14.2857)));
  private final LossParameters parameters = new LossParameters(Map.of());
  private final PairIds ids;
  private final INDArray audio_ND;
  private final INDArray text_ND;

  /**
   * Makes the embeddings.
   *
   * @param pairs N
   */
  public InfoNceWorkload(int pairs) {
    ids = PairIds.distinct(pairs);
    audio_ND = UnitRows.draw(pairs, DIM, RandomSeed.of(0).split("audio"));
    text_ND = UnitRows.draw(pairs, DIM, RandomSeed.of(0).split("text"));
  }

  /** Evaluates value and gradients once. */
  @Override
  public void run() {
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
