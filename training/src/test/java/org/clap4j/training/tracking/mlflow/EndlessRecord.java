package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;

/**
 * A program that records a run at a server, says each step that it has recorded, and never ends.
 */
final class EndlessRecord {

  static final int PARAMS = 120;

  /** How a line begins that says which step is recorded; others are the log's. */
  static final String SAYS = "recorded step ";

  private static final int STEPS_PER_CHECKPOINT = 50;

  private EndlessRecord() {}

  /** Takes the server and the run directory. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    URI server = URI.create(arguments[0]);
    Path directory = Path.of(arguments[1]);
    MlflowTrackerFactory trackers =
        new MlflowTrackerFactory(MlflowSettings.of(server), Clock.systemUTC());
    try (RunTracker tracker =
        trackers.open(
            MlflowConfig.defaults().withSystemMetrics(0), TrackedRun.fresh("killed", directory))) {
      Map<String, String> params = new LinkedHashMap<>();
      for (int i = 0; i < PARAMS; i++) {
        params.put("section.key-" + i, "value " + i);
      }
      tracker.params(params);
      tracker.tags(Map.of("mlflow.user", "someone"));
      for (int step = 1; true; step++) {
        if (step % STEPS_PER_CHECKPOINT == 0) {
          String name = "image-" + step + ".txt";
          Path file = Files.writeString(directory.resolve(name), "x".repeat(100 * step));
          tracker.artifact(file, name);
        }
        tracker.metrics(Map.of("train/loss", 1.0 / step, "train/lr", 1e-3), step);
        System.out.println(SAYS + step);
        Thread.sleep(2);
      }
    }
  }
}
