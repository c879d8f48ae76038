package org.clap4j.core.weights;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an array of a file is for.
 *
 * @param pieces the parameters that it fills; none: it is left over, by rule
 * @param otherwise what it is for where the model has no such parameters; null: it does not fit
 */
public record ArrayUse(List<WeightPiece> pieces, @Nullable ArrayUse otherwise) {

  /** Copies the list. */
  public ArrayUse {
    pieces = List.copyOf(pieces);
  }

  /** It counts, follows from the sizes, or belongs to what is not needed for embeddings. */
  public static ArrayUse leftOver() {
    return new ArrayUse(List.of(), null);
  }

  /** It is a parameter, of the same shape; a scalar may be a parameter of one element. */
  public static ArrayUse as(String parameter) {
    return new ArrayUse(List.of(new WeightPiece(parameter, false, 0, 1)), null);
  }

  /** It is a parameter, rows and columns swapped. */
  public static ArrayUse transposed(String parameter) {
    return new ArrayUse(List.of(new WeightPiece(parameter, true, 0, 1)), null);
  }

  /** It is several parameters of one shape, one below the other: queries, keys, values. */
  public static ArrayUse stacked(List<String> parameters) {
    return stacked(parameters, false);
  }

  /** It is several parameters of one shape, side by side and rows and columns swapped. */
  public static ArrayUse stackedTransposed(List<String> parameters) {
    return stacked(parameters, true);
  }

  private static ArrayUse stacked(List<String> parameters, boolean transposed) {
    int count = parameters.size();
    return new ArrayUse(
        IntStream.range(0, count)
            .mapToObj(i -> new WeightPiece(parameters.get(i), transposed, i, count))
            .toList(),
        null);
  }

  /** The same, but left over where the model has no such parameter. */
  public ArrayUse orLeftOver() {
    return or(leftOver());
  }

  /** The same, but for something else where the model has no such parameter. */
  public ArrayUse or(ArrayUse use) {
    return new ArrayUse(pieces, otherwise == null ? use : otherwise.or(use));
  }

  /** The same with something before each parameter's name. */
  public ArrayUse under(String prefix) {
    return new ArrayUse(
        pieces.stream().map(piece -> piece.under(prefix)).toList(),
        otherwise == null ? null : otherwise.under(prefix));
  }
}
