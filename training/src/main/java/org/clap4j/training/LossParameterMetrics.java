package org.clap4j.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.loss.ContrastiveLoss;
import org.clap4j.core.loss.LossParameters;

/**
 * Names the loss's single numbers for people: {@code log_x} is told as {@code x}, its exp, also in
 * {@code part.log_x}.
 */
final class LossParameterMetrics {

  private static final String LOG = "log_";

  private LossParameterMetrics() {}

  /** What the loss multiplies scores with, as {@code logit_scale}, and its single numbers. */
  static Map<String, Double> of(ContrastiveLoss loss, LossParameters parameters) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("logit_scale", loss.logitScale(parameters));
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              if (array.length() == 1) {
                double value = array.getDouble(0);
                metrics.put(shown(name), shown(name).equals(name) ? value : Math.exp(value));
              }
            });
    return metrics;
  }

  /** The name without its {@code log_}. */
  static String shown(String parameter) {
    int last = parameter.lastIndexOf('.') + 1;
    return parameter.startsWith(LOG, last)
        ? parameter.substring(0, last) + parameter.substring(last + LOG.length())
        : parameter;
  }
}
