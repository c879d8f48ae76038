package org.clap4j.experiments.bench;

import org.clap4j.core.random.RandomSeed;
import org.clap4j.training.evaluation.RetrievalEvaluator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Retrieval metrics, both ways, of N clips with five captions each and D = 512: {@code retrieval}.
 */
public final class RetrievalWorkload implements Workload {

  private static final int DIM = 512;
  private static final int CAPTIONS_PER_CLIP = 5;

  private final INDArray audio_CD;
  private final INDArray text_MD;
  private final int[] clipOfCaption;

  /**
   * Makes the embeddings.
   *
   * @param clips N
   */
  public RetrievalWorkload(int clips) {
    clipOfCaption = new int[Math.multiplyExact(clips, CAPTIONS_PER_CLIP)];
    for (int m = 0; m < clipOfCaption.length; m++) {
      clipOfCaption[m] = m / CAPTIONS_PER_CLIP;
    }
    audio_CD = UnitRows.draw(clips, DIM, RandomSeed.of(0).split("audio"));
    text_MD = UnitRows.draw(clipOfCaption.length, DIM, RandomSeed.of(0).split("text"));
  }

  /** Ranks and measures once. */
  @Override
  public void run() {
    RetrievalEvaluator.evaluate(audio_CD, text_MD, clipOfCaption);
  }

  @Override
  public void close() {
    audio_CD.close();
    text_MD.close();
  }
}
