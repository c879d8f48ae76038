package org.clap4j.experiments.cli;

import java.io.IOException;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.evaluation.EvaluationResult;
import org.clap4j.experiments.run.ParentProcess;
import org.clap4j.experiments.run.RunDirectory;
import org.clap4j.experiments.run.TrainingSession;
import org.clap4j.training.StopSignal;

/** What {@code train} and {@code resume} have in common: progress, interruption, results. */
final class Training {

  private static final String TERMINAL_PROPERTY = "clap4j.terminal";

  private Training() {}

  /** Runs a session and gives the exit status. */
  @SuppressWarnings("try") // the interrupt listener works by being open
  static int run(
      TrainingSession session, ExperimentConfig config, RunDirectory directory, Output output)
      throws IOException {
    StopSignal stop = new StopSignal();
    ParentProcess.follow(stop);
    boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
    try (InterruptStop interrupt = InterruptStop.listen(stop::request, output)) {
      TrainingSession.Result result;
      try (TrainingProgressLines progress =
          new TrainingProgressLines(output, terminal, System::nanoTime)) {
        result = session.run(config, directory, progress, stop);
      }
      if (result.outcome().status() == RunTracker.Status.KILLED) {
        output.note(
            "clap4j: stopped after step "
                + result.outcome().progress().step()
                + "; go on with: clap4j resume "
                + directory.path());
        return ExitStatus.INTERRUPTED;
      }
      EvaluationResult test = result.test();
      if (test != null) {
        output.line("test");
        MetricLines.table(test).forEach(output::line);
      }
      return ExitStatus.DONE;
    }
  }
}
