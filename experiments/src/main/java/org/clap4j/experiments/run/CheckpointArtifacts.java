package org.clap4j.experiments.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.training.StepReport;
import org.clap4j.training.TrainingListener;

/** Tells the tracker of the best and the last checkpoint whenever one is written. */
final class CheckpointArtifacts implements TrainingListener {

  private final Path run;
  private final RunTracker tracker;
  private final TrainingListener next;

  CheckpointArtifacts(Path run, RunTracker tracker, TrainingListener next) {
    this.run = run;
    this.tracker = tracker;
    this.next = next;
  }

  @Override
  public void started(long finishedSteps, long totalSteps, int stepsPerEpoch) {
    next.started(finishedSteps, totalSteps, stepsPerEpoch);
  }

  @Override
  public void stepped(StepReport report) {
    next.stepped(report);
  }

  @Override
  public void evaluating(long step) {
    next.evaluating(step);
  }

  @Override
  public void warned(long step, String message) {
    next.warned(step, message);
  }

  @Override
  public void evaluated(long step, Map<String, Double> metrics) {
    next.evaluated(step, metrics);
  }

  @Override
  public void checkpointed(long step, Path directory) {
    for (String name : new String[] {"best", "last"}) {
      Path link = run.resolve(name);
      if (Files.isDirectory(link)) {
        tracker.artifact(link, "checkpoints/" + name);
      }
    }
    next.checkpointed(step, directory);
  }
}
