package org.clap4j.training.tracking;

import com.google.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;

/** {@code tracking: {type: journal}}: the local journal and nothing else. */
public final class JournalTrackerFactory
    implements RunTrackerFactory<JournalTrackerFactory.Config> {

  /** Has no options. */
  public record Config() {}

  private final Clock clock;

  @Inject
  public JournalTrackerFactory(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public RunTracker open(Config config, TrackedRun run) throws IOException {
    return JournalTracker.open(run, clock);
  }
}
