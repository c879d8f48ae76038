package org.clap4j.bench;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import org.clap4j.core.config.Key;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.mlflow.MlflowConfig;
import org.clap4j.training.tracking.mlflow.MlflowTrackerFactory;

/** {@code tracking: {type: alternating}}: see {@link AlternatingTracker}. */
final class AlternatingTrackerFactory
    implements RunTrackerFactory<AlternatingTrackerFactory.Config> {

  private final MlflowTrackerFactory mlflow;

  @Inject
  AlternatingTrackerFactory(MlflowTrackerFactory mlflow) {
    this.mlflow = mlflow;
  }

  /** How long it tracks and how long it does not. */
  record Config(@Key(value = "steps in a block", defaultValue = "30") int steps) {
    Config {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be positive, was " + steps);
      }
    }
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public RunTracker open(Config config, TrackedRun run) throws IOException {
    MlflowConfig impatient = MlflowConfig.defaults().withCloseTimeout(0);
    return new AlternatingTracker(
        mlflow.open(impatient, run),
        config.steps(),
        Files.newBufferedWriter(run.directory().resolve(AlternatingTracker.TIMES)));
  }
}
