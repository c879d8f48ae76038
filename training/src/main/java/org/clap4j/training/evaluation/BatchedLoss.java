package org.clap4j.training.evaluation;

import java.util.SplittableRandom;
import org.clap4j.core.data.PairIds;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossOutput;
import org.clap4j.core.loss.LossParameters;
import org.clap4j.core.random.RandomSeed;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The contrastive loss of embeddings that are there already, in batches as training has them: a
 * loss depends on how many pairs are told apart at once.
 *
 * <p>Batches are dealt in an order that is always the same and follows nothing in the data, so that
 * values of one run can be compared. Pairs over at the end are left out, unless they are all.
 */
public final class BatchedLoss {

  private static final RandomSeed ORDER = RandomSeed.of(0).split("validation-loss");

  private final ContrastiveLoss loss;
  private final int batchSize;

  /**
   * Takes the loss.
   *
   * @param batchSize pairs that are told apart at once, at least 1
   */
  public BatchedLoss(ContrastiveLoss loss, int batchSize) {
    this.loss = loss;
    this.batchSize = batchSize;
  }

  /**
   * Gives the mean over the batches.
   *
   * @param audio_ND unit embeddings of the pairs' clips, [N, D], N at least 1
   * @param text_ND unit embeddings of their captions, [N, D]
   * @param ids of the pairs
   * @param parameters the loss's
   */
  public double mean(INDArray audio_ND, INDArray text_ND, PairIds ids, LossParameters parameters) {
    int[] order = order(ids.size());
    int pairs = Math.min(batchSize, order.length);
    int batches = order.length / pairs;
    double sum = 0;
    for (int batch = 0; batch < batches; batch++) {
      int[] rows = new int[pairs];
      long[] clips = new long[pairs];
      long[] captions = new long[pairs];
      for (int i = 0; i < pairs; i++) {
        rows[i] = order[batch * pairs + i];
        clips[i] = ids.clipIds()[rows[i]];
        captions[i] = ids.captionIds()[rows[i]];
      }
      try (INDArray audio_BD = audio_ND.getRows(rows);
          INDArray text_BD = text_ND.getRows(rows)) {
        sum += value(loss.evaluate(audio_BD, text_BD, parameters, new PairIds(clips, captions)));
      }
    }
    return sum / batches;
  }

  /** Fisher and Yates. */
  private static int[] order(int pairs) {
    SplittableRandom random = ORDER.generator();
    int[] order = new int[pairs];
    for (int i = 0; i < pairs; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static double value(LossOutput output) {
    free(output.audioGradient());
    free(output.textGradient());
    output.parameterGradients().values().forEach(BatchedLoss::free);
    return output.value();
  }

  /** A loss may give a view or a constant, which are not ours to free. */
  private static void free(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
