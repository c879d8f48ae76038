package org.clap4j.experiments.inject;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.experiments.config.Environment;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.jspecify.annotations.Nullable;

/** Reads from the environment where the MLflow server is, by the variables of MLflow itself. */
final class MlflowEnvironment {

  private static final String URI_VARIABLE = "MLFLOW_TRACKING_URI";

  private MlflowEnvironment() {}

  /** Takes {@code MLFLOW_TRACKING_URI} and its companions. */
  static MlflowSettings settings(Environment environment) {
    Map<String, String> variables = environment.variables();
    try {
      return new MlflowSettings(
          uri(variables.get(URI_VARIABLE)),
          variables.get("MLFLOW_TRACKING_USERNAME"),
          variables.get("MLFLOW_TRACKING_PASSWORD"),
          variables.get("MLFLOW_TRACKING_TOKEN"),
          "true".equalsIgnoreCase(variables.get("MLFLOW_TRACKING_INSECURE_TLS")),
          variables.get("MLFLOW_EXPERIMENT_NAME"));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(URI_VARIABLE + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable URI uri(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new ConfigException(URI_VARIABLE + " is no address: " + e.getReason(), e);
    }
  }
}
