package org.clap4j.core.loss;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.clap4j.core.layers.RowNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * How well clips and captions belong together, by what a loss has trained: products of rows, each
 * of which is made of one embedding.
 *
 * <pre>
 * score_nm = audioRows(audio)_n . textRows(text)_m
 * </pre>
 *
 * <p>For most losses the rows are the embeddings themselves, and a score is a cosine. N: clips. M:
 * captions. D: embedding dimension. S: size of the rows.
 *
 * @param audioRows from unit embeddings of clips [N, D] to [N, S]: a new array, or the argument
 * @param textRows from unit embeddings of captions [M, D] to [M, S]: a new array, or the argument
 */
public record Scoring(UnaryOperator<INDArray> audioRows, UnaryOperator<INDArray> textRows) {

  private static final Scoring COSINE =
      new Scoring(UnaryOperator.identity(), UnaryOperator.identity());

  /** Compares embeddings as they are. */
  public static Scoring cosine() {
    return COSINE;
  }

  /** Compares the first {@code dim} elements of embeddings, made unit rows again. */
  public static Scoring ofPrefix(int dim) {
    UnaryOperator<INDArray> cut = rows -> unitPrefix(rows, dim);
    return new Scoring(cut, cut);
  }

  private static INDArray unitPrefix(INDArray rows_ND, int dim) {
    INDArray prefix_Nd = rows_ND.get(NDArrayIndex.all(), NDArrayIndex.interval(0, dim)).dup('c');
    return prefix_Nd.divi(RowNormalization.norms(prefix_Nd));
  }

  /** A scoring and what its scores are multiplied with. */
  record Weighted(double weight, Scoring scoring) {}

  /** Adds scores up, each times its weight: rows side by side. */
  static Scoring sum(List<Weighted> scorings) {
    return new Scoring(
        audio -> sideBySide(scorings, s -> s.scoring.audioRows, audio, Weighted::weight),
        text -> sideBySide(scorings, s -> s.scoring.textRows, text, s -> 1));
  }

  private static INDArray sideBySide(
      List<Weighted> scorings,
      Function<Weighted, UnaryOperator<INDArray>> rows,
      INDArray embeddings,
      ToDoubleFunction<Weighted> weight) {
    return Nd4j.concat(
        1,
        scorings.stream()
            .map(s -> rows.apply(s).apply(embeddings).mul(weight.applyAsDouble(s)))
            .toArray(INDArray[]::new));
  }

  /** Whether embeddings are compared as they are. */
  public boolean isCosine() {
    return equals(COSINE);
  }
}
