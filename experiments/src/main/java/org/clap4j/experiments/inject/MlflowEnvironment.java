package org.clap4j.experiments.inject;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.clap4j.experiments.config.ConfigException;
import org.clap4j.experiments.config.Environment;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.clap4j.training.tracking.mlflow.ServerTrust;
import org.jspecify.annotations.Nullable;

/** Reads from the environment where the MLflow server is, by the variables of MLflow itself. */
final class MlflowEnvironment {

  private static final String ADDRESS = "MLFLOW_TRACKING_URI";
  private static final String INSECURE = "MLFLOW_TRACKING_INSECURE_TLS";
  private static final String CERTIFICATES = "MLFLOW_TRACKING_SERVER_CERT_PATH";

  private MlflowEnvironment() {}

  /** Takes {@code MLFLOW_TRACKING_URI} and its companions. */
  static MlflowSettings settings(Environment environment) {
    Map<String, String> variables = environment.variables();
    ServerTrust trust = trust(variables);
    try {
      return new MlflowSettings(
          uri(variables.get(ADDRESS)),
          variables.get("MLFLOW_TRACKING_USERNAME"),
          variables.get("MLFLOW_TRACKING_PASSWORD"),
          variables.get("MLFLOW_TRACKING_TOKEN"),
          trust,
          variables.get("MLFLOW_EXPERIMENT_NAME"),
          variables.get("MLFLOW_RUN_ID"));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(ADDRESS + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable URI uri(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new ConfigException(ADDRESS + " is no address: " + e.getReason(), e);
    }
  }

  private static ServerTrust trust(Map<String, String> variables) {
    String file = variables.getOrDefault(CERTIFICATES, "").strip();
    boolean insecure = isTrue(variables.getOrDefault(INSECURE, ""));
    if (insecure && !file.isEmpty()) {
      throw new ConfigException(
          INSECURE
              + " takes any certificate and "
              + CERTIFICATES
              + " some only; unset one of them");
    }
    try {
      return insecure
          ? ServerTrust.anyCertificate()
          : file.isEmpty() ? ServerTrust.OF_JAVA : ServerTrust.only(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(CERTIFICATES + ": " + e.getMessage(), e);
    }
  }

  /** As MLflow reads it. */
  private static boolean isTrue(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0", "" -> false;
      default ->
          throw new ConfigException(
              INSECURE + ": expected true, 1, false or 0, found '" + text + "'");
    };
  }
}
