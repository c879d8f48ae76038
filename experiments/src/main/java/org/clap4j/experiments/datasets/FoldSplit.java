package org.clap4j.experiments.datasets;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a clip by its fold: one fold is tested, one watched, the others are trained on.
 *
 * @param testFold its number in the data; null: none is tested
 * @param validationFold another than the test fold; null: none is watched
 */
public record FoldSplit(@Nullable Integer testFold, @Nullable Integer validationFold) {

  /** Checks that they are two. */
  public FoldSplit {
    if (validationFold != null && validationFold.equals(testFold)) {
      throw new IllegalArgumentException(
          "validation-fold must be another fold than test-fold, both were " + validationFold);
    }
  }

  /** The part that a fold's clips belong to; data without folds is trained on. */
  public Split of(@Nullable Integer fold) {
    if (fold == null) {
      return Split.TRAIN;
    }
    return fold.equals(testFold)
        ? Split.TEST
        : fold.equals(validationFold) ? Split.VALIDATION : Split.TRAIN;
  }

  /**
   * Checks that the folds that are tested and watched are among those that the data has.
   *
   * @param folds of all clips
   * @param origin where they are named, for messages: {@code column 'fold' of meta.csv}
   * @throws DatasetException if not; it says which there are
   */
  public void requireAmong(Collection<Integer> folds, String origin) throws DatasetException {
    require(testFold, "test-fold", folds, origin);
    require(validationFold, "validation-fold", folds, origin);
  }

  private static void require(
      @Nullable Integer fold, String key, Collection<Integer> folds, String origin)
      throws DatasetException {
    if (fold != null && !folds.contains(fold)) {
      throw new DatasetException(
          "%s is %d, but %s has %s; set it to one of them"
              .formatted(key, fold, origin, listed(folds)));
    }
  }

  /**
   * Returns the folds to test in turn, each while the others are trained on, in their order.
   *
   * @param folds of all clips
   * @param origin where they are named, for messages: {@code column 'fold' of meta.csv}
   * @throws DatasetException if there is but one
   */
  public static List<Integer> inTurn(Collection<Integer> folds, String origin)
      throws DatasetException {
    List<Integer> distinct = folds.stream().distinct().sorted().toList();
    if (distinct.size() < 2) {
      throw new DatasetException(
          "%s has %s alone; one fold is tested while others are trained on, so give it two or more"
              .formatted(origin, listed(distinct)));
    }
    return distinct;
  }

  private static String listed(Collection<Integer> folds) {
    return folds.stream()
        .distinct()
        .sorted()
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }
}
