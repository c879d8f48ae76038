package org.clap4j.core.layers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.clap4j.core.layers.Initializer.Normal;
import org.clap4j.core.layers.ParameterSpec.Kind;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up tokens and adds their learned positions: ids [B, L] to [B, L, D]. Parameters {@code
 * word_embeddings.weight} [V, D], {@code position_embeddings.weight} [P, D] and, where there are
 * token types, {@code token_type_embeddings.weight} [T, D], named as in BERT; every token is of
 * type 0. The first block of a text tower: its input has no gradient.
 *
 * @param vocabulary V, number of ids
 * @param positions P, size of the table of positions
 * @param tokenTypes T, number of token types; 0 for no such table
 * @param width D
 * @param standardDeviation of all tables' normal start
 * @param paddingId null: positions are 0, 1, 2, ... Otherwise as in RoBERTa: tokens with another id
 *     are counted from paddingId + 1 on, and those with this id stand at paddingId
 */
public record TokenEmbedding(
    int vocabulary,
    int positions,
    int tokenTypes,
    int width,
    double standardDeviation,
    @Nullable Integer paddingId)
    implements Block {

  private static final String WORDS = "word_embeddings.weight";
  private static final String POSITIONS = "position_embeddings.weight";
  private static final String TOKEN_TYPES = "token_type_embeddings.weight";
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
    if (tokenTypes < 0) {
      throw new IllegalArgumentException("token types must be at least 0, were " + tokenTypes);
    }
    if (paddingId != null && (paddingId < 0 || paddingId >= vocabulary)) {
      throw new IllegalArgumentException(
          "the padding id must be in the vocabulary of " + vocabulary + " ids, was " + paddingId);
    }
  }

  /** Tables of words and of positions 0, 1, 2, ... alone. */
  public TokenEmbedding(int vocabulary, int positions, int width, double standardDeviation) {
    this(vocabulary, positions, 0, width, standardDeviation, null);
  }

  /** The most tokens of a caption. */
  public int maxTokens() {
    return positions - firstPosition();
  }

  private int firstPosition() {
    return paddingId == null ? 0 : paddingId + 1;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Normal start = new Normal(standardDeviation);
    ParameterSpec words = new ParameterSpec(WORDS, Kind.WEIGHT, start, vocabulary, width);
    ParameterSpec places = new ParameterSpec(POSITIONS, Kind.WEIGHT, start, positions, width);
    return tokenTypes == 0
        ? List.of(words, places)
        : List.of(
            words, places, new ParameterSpec(TOKEN_TYPES, Kind.WEIGHT, start, tokenTypes, width));
  }

  /** Throws IllegalArgumentException for an id outside the vocabulary and for too many tokens. */
  @Override
  public INDArray forward(BlockContext context, INDArray ids_BL) {
    int[] words = wordRows(ids_BL);
    int[] places = positionRows(words, Math.toIntExact(ids_BL.size(1)));
    int[][] rows = {words, places, new int[words.length]};
    if (context.keepsForBackward()) {
      context.save(ROWS, rows);
    }
    INDArray output = context.activation(ids_BL.size(0), ids_BL.size(1), width);
    INDArray[] tables = tables().map(context::parameter).toArray(INDArray[]::new);
    context
        .kernels()
        .sequences()
        .lookUp(tables, Arrays.copyOf(rows, tables.length), Rows.of(output));
    return output;
  }

  private Stream<String> tables() {
    return parameters().stream().map(ParameterSpec::name);
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

  private int[] positionRows(int[] ids, int tokens) {
    if (tokens > maxTokens()) {
      throw new IllegalArgumentException(
          "captions of "
              + tokens
              + " tokens are longer than the text encoder's "
              + maxTokens()
              + " positions: set the tokenizer's max-length to at most that");
    }
    int[] rows = new int[ids.length];
    int position = 0;
    for (int i = 0; i < rows.length; i++) {
      if (i % tokens == 0) {
        position = firstPosition();
      }
      boolean padding = paddingId != null && ids[i] == paddingId;
      rows[i] = padding ? ids[i] : position++;
    }
    return rows;
  }

  @Override
  public INDArray backward(BlockContext context, INDArray outputGradient) {
    int[][] rows = context.saved(ROWS, int[][].class);
    INDArray g = Rows.of(outputGradient);
    List<String> tables = tables().toList();
    for (int k = 0; k < tables.size(); k++) {
      context.kernels().sequences().scatterAdd(g, rows[k], context.gradient(tables.get(k)));
    }
    INDArray none = context.inputGradient(outputGradient.size(0), outputGradient.size(1));
    none.assign(0);
    return none;
  }
}
