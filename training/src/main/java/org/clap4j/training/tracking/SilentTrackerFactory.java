package org.clap4j.training.tracking;

import com.google.inject.Inject;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;

/** {@code tracking: {type: none}}. */
public final class SilentTrackerFactory implements RunTrackerFactory<SilentTrackerFactory.Config> {

  /** Has no options. */
  public record Config() {}

  @Inject
  public SilentTrackerFactory() {}

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public RunTracker open(Config config, TrackedRun run) {
    return new SilentTracker();
  }
}
