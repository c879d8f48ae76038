package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.sweep.SummaryTables;
import org.clap4j.experiments.sweep.SweepDirectory;
import org.clap4j.experiments.sweep.SweepPlan;
import org.clap4j.experiments.sweep.SweepSession;
import org.clap4j.experiments.sweep.SweepSummary;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a configuration with many settings and seeds. */
@Command(
    name = "sweep",
    description =
        "Trains a configuration with many settings and seeds, one run after the other. With the"
            + " directory of a sweep: goes on with it.")
public final class SweepCommand implements Callable<Integer> {

  private final ConfigBinder binder;
  private final SweepSession session;
  private final MlflowSettings mlflow;

  @Parameters(
      paramLabel = "SWEEP",
      description = "A sweep file, or the directory of a sweep that was interrupted.")
  private Path sweep = Path.of("");

  @Option(
      names = "--dry-run",
      description = "Print the runs and their settings, check every configuration, train nothing.")
  private boolean dryRun;

  @Option(
      names = "--retry-failed",
      description = "With the directory of a sweep: try the runs again that failed.")
  private boolean retryFailed;

  @Mixin private JsonOption json = new JsonOption();

  @Inject
  SweepCommand(ConfigBinder binder, SweepSession session, MlflowSettings mlflow) {
    this.binder = binder;
    this.session = session;
    this.mlflow = mlflow;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean goesOn = Files.isDirectory(sweep);
    if (goesOn && !SweepDirectory.isOne(sweep)) {
      throw new UsageException(
          sweep + " is no directory of a sweep: it has no sweep.json; give a sweep file or one");
    }
    if (goesOn && dryRun) {
      throw new UsageException("--dry-run needs a sweep file, found the directory " + sweep);
    }
    if (!goesOn && retryFailed) {
      throw new UsageException("--retry-failed needs the directory of a sweep, found " + sweep);
    }
    if (mlflow.runId() != null && !dryRun) {
      throw new UsageException("MLFLOW_RUN_ID names one run, and a sweep has many; unset it");
    }
    if (goesOn) {
      return train(new SweepDirectory(sweep));
    }
    SweepPlan plan = SweepPlan.of(sweep, binder);
    if (dryRun) {
      json.print(document(plan), output -> list(plan, output));
      return ExitStatus.DONE;
    }
    sayWhatIsLeftOut(plan);
    return train(SweepDirectory.create(plan, Clock.systemUTC()));
  }

  private void sayWhatIsLeftOut(SweepPlan plan) {
    if (plan.leftOut() > 0) {
      json.output().note(leftOut(plan));
    }
  }

  private static String leftOut(SweepPlan plan) {
    return "max-runs takes the first %d of %d runs and leaves out %d"
        .formatted(plan.runs().size(), plan.runs().size() + plan.leftOut(), plan.leftOut());
  }

  private static void list(SweepPlan plan, Output output) {
    for (SweepPlan.Run run : plan.runs()) {
      String values =
          run.values().entrySet().stream()
              .map(value -> value.getKey() + "=" + value.getValue())
              .collect(Collectors.joining("  "));
      output.line("%4d  %s".formatted(run.number(), values));
    }
    output.line(plan.runs().size() + " runs");
    if (plan.leftOut() > 0) {
      output.line(leftOut(plan));
    }
  }

  private static Map<String, Object> document(SweepPlan plan) {
    List<Object> runs = new ArrayList<>();
    for (SweepPlan.Run run : plan.runs()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("number", run.number());
      entry.put("name", run.name());
      entry.put("settings", run.values());
      runs.add(entry);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("runs", runs);
    document.put("left_out", plan.leftOut());
    return document;
  }

  @SuppressWarnings("try") // the interrupt listener works by being open
  private int train(SweepDirectory directory) throws IOException, InterruptedException {
    Output output = json.output();
    output.note("sweep " + directory.path());
    try (InterruptStop interrupt = InterruptStop.listen(session::stop, output)) {
      Optional<SweepSummary> summary = session.run(directory, retryFailed, output::pass);
      if (summary.isEmpty()) {
        output.note("clap4j: stopped; go on with: clap4j sweep " + directory.path());
        return ExitStatus.INTERRUPTED;
      }
      return report(directory, summary.get());
    }
  }

  private int report(SweepDirectory directory, SweepSummary summary) {
    json.print(
        document(directory, summary), lines -> SummaryTables.lines(summary).forEach(lines::line));
    return summary.failures().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  private static Map<String, Object> document(SweepDirectory directory, SweepSummary summary) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("sweep", directory.path().toString());
    document.putAll(SummaryTables.document(summary));
    return document;
  }
}
