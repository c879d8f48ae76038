package org.clap4j.training.tracking;

import com.google.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.clap4j.core.config.Key;
import org.clap4j.core.model.RunTrackerFactory;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.system.SampledTracker;

/** {@code tracking: {type: journal}}: the local journal and nothing else. */
public final class JournalTrackerFactory
    implements RunTrackerFactory<JournalTrackerFactory.Config> {

  /** Options of the {@code journal} tracker. */
  public record Config(
      @Key(
              value =
                  "seconds between two samples of processor, memory, disk, network and GPU; 0 for"
                      + " none",
              defaultValue = "10")
          double systemMetricsSeconds) {
    public Config {
      SampledTracker.checkPeriod(systemMetricsSeconds);
    }
  }

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
    return SampledTracker.around(
        JournalTracker.open(run, clock), run.directory(), config.systemMetricsSeconds());
  }
}
