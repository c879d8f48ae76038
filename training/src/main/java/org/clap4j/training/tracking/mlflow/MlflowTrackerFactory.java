package org.clap4j.training.tracking.mlflow;

import com.google.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.JournalTracker;
import org.clap4j.training.tracking.system.SampledTracker;

/**
 * {@code tracking: {type: mlflow}}: the local journal, and an MLflow server that follows it if one
 * is configured.
 */
public final class MlflowTrackerFactory implements RunTrackerFactory<MlflowConfig> {

  private final MlflowSettings settings;
  private final Clock clock;

  @Inject
  public MlflowTrackerFactory(MlflowSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Class<MlflowConfig> configType() {
    return MlflowConfig.class;
  }

  @Override
  public RunTracker open(MlflowConfig config, TrackedRun run) throws IOException {
    JournalTracker journal = JournalTracker.open(run, clock);
    RunTracker tracker =
        settings.uri() == null
            ? journal
            : new MlflowTracker(journal, new MlflowUploader(run.directory(), settings, config));
    return SampledTracker.around(tracker, run.directory(), config.systemMetricsSeconds());
  }
}
