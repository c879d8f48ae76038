package org.clap4j.training;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossParameters;

/**
 * Notices what often goes wrong in contrastive training, and says so once in a run: a loss that
 * stays at chance, a logit scale that stays at its clamp, duplicates that are each other's false
 * negatives, embeddings that coincide.
 */
final class TrainingWarnings {

  /** For so many steps in a row something must be wrong before it is told. */
  static final int PATIENCE = 200;

  /** The loss counts as chance if it is that near to it, relatively. */
  private static final double NEAR_CHANCE = 0.01;

  /** Above that, the mean squared distance between embeddings is under 0.03. */
  private static final double COLLAPSED_UNIFORMITY = -0.05;

  /** Share of a batch. */
  private static final double MANY_DUPLICATES = 0.2;

  private final ContrastiveLoss loss;
  private final Map<String, Spell> spells = new LinkedHashMap<>();

  TrainingWarnings(ContrastiveLoss loss) {
    this.loss = loss;
  }

  /** For how long something has been wrong. */
  private static final class Spell {
    private long since;
    private boolean isTold;
  }

  /**
   * Looks at a step.
   *
   * @param report of the step
   * @param pairs of the step
   * @param metrics what was measured of its embeddings, by the names that trackers use
   * @param parameters of the loss after the step
   * @return what is to be told, by a short name; mostly nothing
   */
  Map<String, String> look(
      StepReport report, int pairs, Map<String, Double> metrics, LossParameters parameters) {
    Map<String, String> told = new LinkedHashMap<>();
    double chance = loss.chance(pairs);
    if (lasts("loss", report.step(), Math.abs(report.loss() - chance) < NEAR_CHANCE * chance)) {
      told.put(
          "loss",
          said(
              "the loss has stayed at %s%.3f for %d steps: no pair is told from another; look at"
                  + " the learning rate and its warm-up, and whether captions belong to their"
                  + " clips",
              chance == Math.log(pairs) ? "ln N = " : "", chance, PATIENCE));
    }
    if (lasts("logit_scale", report.step(), loss.isClamped(parameters))) {
      told.put(
          "logit_scale",
          said(
              "the logit scale has been at its largest value for %d steps: the batches have become"
                  + " easy, or max-scale is too low; larger batches or harder negatives teach more",
              PATIENCE));
    }
    if (!loss.usesIds() && isFirst("duplicates", report.duplicateShare() > MANY_DUPLICATES)) {
      told.put(
          "duplicates",
          said(
              "%.0f %% of the pairs of step %d share a clip or a caption with another pair of the"
                  + " batch, and this loss takes them for negatives; loss.type=multi-positive does"
                  + " not",
              100 * report.duplicateShare(), report.step()));
    }
    for (String tower : new String[] {"audio", "text"}) {
      double uniformity = metrics.getOrDefault("train/" + tower + "_uniformity", -1.0);
      if (lasts(tower + "_collapse", report.step(), uniformity > COLLAPSED_UNIFORMITY)) {
        told.put(
            tower + "_collapse",
            said(
                "the %s embeddings have nearly coincided for %d steps (uniformity %.3f): the tower"
                    + " has collapsed; look at the learning rate, and at a loss that begins with"
                    + " the hardest negatives",
                tower, PATIENCE, uniformity));
      }
    }
    return told;
  }

  private static String said(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** Whether it is so for the {@link #PATIENCE}th step in a row, for the first time. */
  private boolean lasts(String name, long step, boolean isSo) {
    Spell spell = spells.computeIfAbsent(name, key -> new Spell());
    if (!isSo) {
      spell.since = step;
    }
    return isFirst(name, isSo && step - spell.since >= PATIENCE);
  }

  private boolean isFirst(String name, boolean isSo) {
    Spell spell = spells.computeIfAbsent(name, key -> new Spell());
    boolean first = isSo && !spell.isTold;
    spell.isTold |= isSo;
    return first;
  }
}
