package org.clap4j.core.layers;

import java.util.List;
import org.clap4j.core.layers.Initializer.Normal;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up tokens and adds their learned positions 0, 1, 2, ...: ids [B, L] to [B, L, D].
 * Parameters {@code word_embeddings.weight} [V, D] and {@code position_embeddings.weight} [P, D],
 * named as in BERT. The first block of a text tower: its input has no gradient.
 *
 * @param vocabulary V, number of ids
 * @param positions P, the most tokens
 * @param width D
 * @param standardDeviation of both tables' normal start
 */
public record TokenEmbedding(int vocabulary, int positions, int width, double standardDeviation)
    implements Block {

  private static final String WORDS = "word_embeddings.weight";
  private static final String POSITIONS = "position_embeddings.weight";
  private static final String ROWS = "rows";

  /** Describes the tables. */
  public TokenEmbedding {
    if (vocabulary < 1 || positions < 1 || width < 1) {
      throw new IllegalArgumentException(
          "vocabulary, positions and width must be at least 1, were "
              + vocabulary
              + ", "
              + positions
              + " and "
              + width);
    }
  }

  @Override
  public List<ParameterSpec> parameters() {
    Normal start = new Normal(standardDeviation);
    return List.of(
        new ParameterSpec(WORDS, Kind.WEIGHT, start, vocabulary, width),
        new ParameterSpec(POSITIONS, Kind.WEIGHT, start, positions, width));
  }

  /** Throws IllegalArgumentException for an id outside the vocabulary and for too many tokens. */
  @Override
  public INDArray forward(BlockContext context, INDArray ids_BL) {
    int[][] rows = {wordRows(ids_BL), positionRows(ids_BL)};
    if (context.keepsForBackward()) {
      context.save(ROWS, rows);
    }
    INDArray output = context.activation(ids_BL.size(0), ids_BL.size(1), width);
    INDArray[] tables = {context.parameter(WORDS), context.parameter(POSITIONS)};
    context.kernels().sequences().lookUp(tables, rows, Rows.of(output));
    return output;
  }

  private int[] wordRows(INDArray ids_BL) {
    int tokens = Math.toIntExact(ids_BL.size(1));
    int[] ids = ids_BL.dup('c').data().asInt();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "token id "
                + ids[i]
                + " of caption "
                + i / tokens
                + ", token "
                + i % tokens
                + ", is outside the vocabulary of "
                + vocabulary
                + " ids: the tokenizer is not the one that the text encoder was made for");
      }
    }
    return ids;
  }

  private int[] positionRows(INDArray ids_BL) {
    int tokens = Math.toIntExact(ids_BL.size(1));
    if (tokens > positions) {
      throw new IllegalArgumentException(
          "captions of "
              + tokens
              + " tokens are longer than the text encoder's "
              + positions
              + " positions: set the tokenizer's max-length to at most that");
    }
    int[] rows = new int[Math.toIntExact(ids_BL.length())];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % tokens;
    }
    return rows;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    int[][] rows = context.saved(ROWS, int[][].class);
    INDArray g = Rows.of(outputGradient);
    context.kernels().sequences().scatterAdd(g, rows[0], context.gradient(WORDS));
    context.kernels().sequences().scatterAdd(g, rows[1], context.gradient(POSITIONS));
    INDArray none = context.inputGradient(outputGradient.size(0), outputGradient.size(1));
    none.assign(0);
    return none;
  }
}
