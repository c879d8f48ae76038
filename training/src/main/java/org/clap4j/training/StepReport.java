package org.clap4j.training;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.clap4j.core.model.Tower;
import org.clap4j.training.optim.GradientNorms;

/**
 * What one step did.
 *
 * @param step number of the step, from 1
 * @param epoch the epoch that its pairs belong to, from 0
 * @param loss value of the loss before the update; NaN or infinite in a skipped step
 * @param learningRate rate of the step
 * @param lossParameters the loss's {@code logit_scale} after the update (not its log; 1 if it has
 *     none), and its other single numbers: {@code logit_bias}
 * @param gradientNorms before clipping
 * @param clipsPerSecond pairs of the step over the time from the step's load to its end
 * @param loadSeconds time that the step waited for its data
 * @param duplicateShare share of the pairs that have a clip or a caption in common with another
 * @param nonFiniteSteps steps of the run that were skipped so far
 */
public record StepReport(
    long step,
    int epoch,
    double loss,
    double learningRate,
    Map<String, Double> lossParameters,
    GradientNorms gradientNorms,
    double clipsPerSecond,
    double loadSeconds,
    double duplicateShare,
    long nonFiniteSteps) {

  /** The metrics that are logged, by name. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train/loss", loss);
    metrics.put("train/epoch", (double) epoch);
    metrics.put("train/lr", learningRate);
    lossParameters.forEach((name, value) -> metrics.put("train/" + name, value));
    metrics.put("train/grad_norm", gradientNorms.total());
    gradientNorms
        .byTower()
        .forEach((tower, norm) -> metrics.put("train/grad_norm_" + key(tower), norm));
    gradientNorms
        .ofLoss()
        .forEach(
            (name, norm) ->
                metrics.put("train/grad_norm_" + LossParameterMetrics.shown(name), norm));
    metrics.put("train/clips_per_second", clipsPerSecond);
    metrics.put("train/load_seconds", loadSeconds);
    metrics.put("train/duplicate_share", duplicateShare);
    metrics.put("train/nonfinite_count", (double) nonFiniteSteps);
    return metrics;
  }

  private static String key(Tower tower) {
    return tower.name().toLowerCase(Locale.ROOT);
  }
}
