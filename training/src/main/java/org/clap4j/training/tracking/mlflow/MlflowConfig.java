package org.clap4j.training.tracking.mlflow;

import org.clap4j.core.config.Key;
import org.clap4j.training.tracking.system.SampledTracker;
import org.jspecify.annotations.Nullable;

/**
 * Options of the {@code mlflow} tracker. Where the server is, is no part of a configuration: that
 * comes from {@code MLFLOW_TRACKING_URI} and its companions.
 */
public record MlflowConfig(
    @Key(
            value = "experiment to log to; the environment's MLFLOW_EXPERIMENT_NAME wins",
            defaultValue = "clap4j")
        String experiment,
    @Key(value = "checkpoints to upload: best, last, both or none", defaultValue = "best")
        CheckpointUploads checkpoints,
    @Key(
            value = "whether the best model of a finished run becomes a logged model of MLflow 3",
            defaultValue = "true")
        boolean logModel,
    @Key(
            value =
                "name in the model registry under which that model becomes a new version; null:"
                    + " none",
            defaultValue = "null")
        @Nullable String registerModel,
    @Key(
            value =
                "seconds that the end of a run waits at most until the server has everything, if"
                    + " the server answers",
            defaultValue = "120")
        double closeTimeoutSeconds,
    @Key(
            value =
                "seconds between two samples of processor, memory, disk, network and GPU; 0 for"
                    + " none",
            defaultValue = "10")
        double systemMetricsSeconds) {

  public MlflowConfig {
    if (experiment.isBlank()) {
      throw new IllegalArgumentException("experiment must not be blank");
    }
    if (registerModel != null && !logModel) {
      throw new IllegalArgumentException(
          "register-model registers the logged model, and there is none with log-model: false");
    }
    if (registerModel != null && (registerModel.isBlank() || registerModel.matches(".*[/:].*"))) {
      throw new IllegalArgumentException(
          "register-model must be a name without '/' and ':', was '" + registerModel + "'");
    }
    if (!(closeTimeoutSeconds >= 0 && closeTimeoutSeconds <= 86_400)) {
      throw new IllegalArgumentException(
          "close-timeout-seconds must be in [0, 86400], was " + closeTimeoutSeconds);
    }
    SampledTracker.checkPeriod(systemMetricsSeconds);
  }

  /** The same with more or less patience at the end. */
  public MlflowConfig withCloseTimeout(double seconds) {
    return new MlflowConfig(
        experiment, checkpoints, logModel, registerModel, seconds, systemMetricsSeconds);
  }

  /** The same with another interval between samples of the machine. */
  MlflowConfig withSystemMetrics(double seconds) {
    return new MlflowConfig(
        experiment, checkpoints, logModel, registerModel, closeTimeoutSeconds, seconds);
  }

  /** The same with a name in the model registry. */
  MlflowConfig withRegisteredModel(String name) {
    return new MlflowConfig(
        experiment, checkpoints, logModel, name, closeTimeoutSeconds, systemMetricsSeconds);
  }

  /** Best checkpoint, logged model, and the other defaults. */
  public static MlflowConfig defaults() {
    return new MlflowConfig(
        "clap4j", CheckpointUploads.BEST, true, null, 120, SampledTracker.DEFAULT_SECONDS);
  }
}
