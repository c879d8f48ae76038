package org.clap4j.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.loss.Scoring;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Classifies clips by text prompts alone. A class embedding is the normalised mean of the
 * normalised embeddings of its prompts; a clip's score for a class is their cosine, or what another
 * {@link Scoring} makes of the two embeddings.
 *
 * <p>N: clips. K: classes. D: embedding dimension. After Radford et al. 2021, section 3.1.4.
 */
public final class ZeroShotClassifier {

  private final INDArray classes_KD;
  private final Scoring scoring;

  private ZeroShotClassifier(INDArray classes_KD, Scoring scoring) {
    this.classes_KD = classes_KD;
    this.scoring = scoring;
  }

  /** The same classes, scored in another way. */
  public ZeroShotClassifier scoredBy(Scoring another) {
    return new ZeroShotClassifier(classes_KD, another);
  }

  /**
   * Embeds the prompts of every class, all in one call; scores are cosines.
   *
   * @param prompts K lists of one prompt or more
   * @param embedText gives the embeddings of P captions, [P, D]
   */
  public static ZeroShotClassifier of(
      List<List<String>> prompts, Function<List<String>, INDArray> embedText) {
    List<String> flat = new ArrayList<>();
    prompts.forEach(flat::addAll);
    INDArray embeddings_PD = unitRows(embedText.apply(flat));
    INDArray classes_KD =
        Nd4j.create(embeddings_PD.dataType(), prompts.size(), embeddings_PD.size(1));
    int first = 0;
    for (int k = 0; k < prompts.size(); k++) {
      int end = first + prompts.get(k).size();
      for (int p = first; p < end; p++) {
        classes_KD.getRow(k).addi(embeddings_PD.getRow(p));
      }
      first = end;
    }
    return new ZeroShotClassifier(
        unitRows(classes_KD), Scoring.cosine()); // a sum points where the mean points
  }

  /**
   * Scores each clip for each class, [N, K].
   *
   * @param audio_ND unit embeddings, [N, D]
   */
  public INDArray scores(INDArray audio_ND) {
    return scoring
        .audioRows()
        .apply(audio_ND)
        .mmul(scoring.textRows().apply(classes_KD).transpose());
  }

  /**
   * Gives each clip's probabilities of the classes, [N, K]: softmax of scaled scores.
   *
   * @param logitScale the scale that the model was trained to, not its log
   */
  public INDArray probabilities(INDArray audio_ND, double logitScale) {
    return Transforms.softmax(scores(audio_ND).muli(logitScale).dup('c'), true);
  }

  /** Scores the clips of a task and measures. */
  public ZeroShotMetrics evaluate(INDArray audio_ND, ZeroShotTask task) {
    return ZeroShotMetrics.of(scores(audio_ND), task);
  }

  private static INDArray unitRows(INDArray rows) {
    return rows.divColumnVector(Transforms.max(rows.norm2(1), 1e-12));
  }
}
