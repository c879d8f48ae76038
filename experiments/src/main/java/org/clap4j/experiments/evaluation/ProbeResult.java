package org.clap4j.experiments.evaluation;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a linear probe reaches. Field names are those of {@code clap4j probe --json}.
 *
 * @param accuracy mean over the folds; null where several classes may apply to one clip
 * @param mAP mean over the folds
 * @param folds each fold that was tested
 */
public record ProbeResult(@Nullable Double accuracy, double mAP, List<Fold> folds) {

  /**
   * One fold.
   *
   * @param name of the data and the fold
   * @param accuracy share of clips whose class scores highest; null where several may apply to one
   *     clip
   * @param mAP mean over the classes of the average precision of their scores
   * @param trainClips clips that the probe was fitted to
   * @param testClips clips that it was tested on
   */
  public record Fold(
      String name, @Nullable Double accuracy, double mAP, int trainClips, int testClips) {}

  /** The means of some folds. */
  static ProbeResult of(List<Fold> folds) {
    List<Double> accuracies = folds.stream().map(Fold::accuracy).filter(Objects::nonNull).toList();
    return new ProbeResult(
        accuracies.isEmpty()
            ? null
            : accuracies.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
        folds.stream().mapToDouble(Fold::mAP).average().orElseThrow(),
        List.copyOf(folds));
  }
}
