package org.clap4j.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.loss.LossParameters;

/** Names the loss's single numbers for people: {@code log_x} is told as {@code x}, its exp. */
final class LossParameterMetrics {

  private static final String LOG = "log_";

  private LossParameterMetrics() {}

  static Map<String, Double> of(LossParameters parameters) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              if (array.length() == 1 && name.startsWith(LOG)) {
                metrics.put(name.substring(LOG.length()), Math.exp(array.getDouble(0)));
              } else if (array.length() == 1) {
                metrics.put(name, array.getDouble(0));
              }
            });
    return metrics;
  }
}
