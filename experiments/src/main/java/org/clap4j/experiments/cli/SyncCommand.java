package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.clap4j.experiments.TrackingSection;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.sweep.SweepDirectory;
import org.clap4j.training.tracking.mlflow.MlflowConfig;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.clap4j.training.tracking.mlflow.MlflowSync;
import org.clap4j.training.tracking.mlflow.Verification;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends what journals hold and the MLflow server does not. */
@Command(
    name = "sync",
    description = "Sends what the runs' journals hold and the MLflow server does not have.")
public final class SyncCommand implements Callable<Integer> {

  private static final Path RUNS = Path.of("runs");

  private static final String ROW = "  %-16s%10s%10s%10s";

  private final MlflowSettings settings;
  private final ConfigBinder binder;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN_DIR",
      description =
          "Directories of runs, or of sweeps with all their runs; all in runs/ if none is given.")
  private List<Path> directories = new ArrayList<>();

  @Option(
      names = "--verify",
      description =
          "After sending, compare every metric point, param, tag and artifact with the server's.")
  private boolean verify;

  @Inject
  SyncCommand(MlflowSettings settings, ConfigBinder binder) {
    this.settings = settings;
    this.binder = binder;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    MlflowSync sync = new MlflowSync(settings);
    Output output = Output.of(spec);
    boolean good = true;
    List<Path> runs = withRunsOfSweeps(directories.isEmpty() ? allRuns() : directories);
    if (settings.runId() != null && runs.size() != 1) {
      throw new UsageException(
          "MLFLOW_RUN_ID names one run, and %d are to be sent; unset it, or give one directory"
              .formatted(runs.size()));
    }
    for (Path directory : runs) {
      JournalArgument.check(directory);
      MlflowConfig config = config(directory);
      boolean complete = sync.send(directory, config);
      good &= complete;
      output.line((complete ? "complete    " : "incomplete  ") + directory);
      if (complete && verify) {
        good &= isSame(sync.verify(directory, config), output);
      }
    }
    return good ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  /** What the run said about MLflow; the defaults for one that has said nothing. */
  private MlflowConfig config(Path directory) throws IOException {
    Optional<TrackingSection> section =
        SweepDirectory.isOne(directory)
            ? Optional.of(new SweepDirectory(directory).tracking(binder))
            : TrackingSection.of(directory, binder);
    return section
        .map(own -> own.tracking().options())
        .filter(MlflowConfig.class::isInstance)
        .map(MlflowConfig.class::cast)
        .orElseGet(MlflowConfig::defaults);
  }

  private static boolean isSame(Verification verification, Output output) {
    output.line(ROW.formatted("", "journal", "server", "rejected"));
    for (Verification.Part part : verification.parts()) {
      output.line(ROW.formatted(part.name(), part.inJournal(), part.onServer(), part.rejected()));
    }
    verification.differences().forEach(difference -> output.line("  differs: " + difference));
    return verification.isSame();
  }

  /** The parent run of a sweep, then those of its runs that have begun. */
  private static List<Path> withRunsOfSweeps(List<Path> directories) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path directory : directories) {
      all.add(directory);
      if (SweepDirectory.isOne(directory)) {
        new SweepDirectory(directory)
            .runs().stream().filter(JournalArgument::isPresent).forEach(all::add);
      }
    }
    return all;
  }

  private static List<Path> allRuns() throws IOException {
    if (!Files.isDirectory(RUNS)) {
      return List.of();
    }
    try (Stream<Path> directories = Files.list(RUNS)) {
      return directories.filter(JournalArgument::isPresent).sorted().toList();
    }
  }
}
