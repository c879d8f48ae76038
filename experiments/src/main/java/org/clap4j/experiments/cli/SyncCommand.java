package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.clap4j.experiments.sweep.SweepDirectory;
import org.clap4j.training.tracking.mlflow.MlflowConfig;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.clap4j.training.tracking.mlflow.MlflowSync;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends what journals hold and the MLflow server does not. */
@Command(
    name = "sync",
    description = "Sends what the runs' journals hold and the MLflow server does not have.")
public final class SyncCommand implements Callable<Integer> {

  private static final Path RUNS = Path.of("runs");

  private final MlflowSettings settings;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN_DIR",
      description =
          "Directories of runs, or of sweeps with all their runs; all in runs/ if none is given.")
  private List<Path> directories = new ArrayList<>();

  @Inject
  SyncCommand(MlflowSettings settings) {
    this.settings = settings;
  }

  @Override
  public Integer call() throws IOException {
    MlflowSync sync = new MlflowSync(settings);
    Output output = Output.of(spec);
    int missing = 0;
    for (Path directory : withRunsOfSweeps(directories.isEmpty() ? allRuns() : directories)) {
      JournalArgument.check(directory);
      boolean complete = sync.send(directory, MlflowConfig.defaults());
      missing += complete ? 0 : 1;
      output.line((complete ? "complete    " : "incomplete  ") + directory);
    }
    return missing == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
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
