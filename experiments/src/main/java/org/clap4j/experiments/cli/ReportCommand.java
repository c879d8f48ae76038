package org.clap4j.experiments.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clap4j.experiments.report.ReportPage;
import org.clap4j.experiments.report.RunRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the page of a run, or of several side by side. */
@Command(
    name = "report",
    description = "Writes one self-contained HTML page with a run's curves, or compares several.")
public final class ReportCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "RUN_DIR", description = "Run directories.")
  private List<Path> directories = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The page; report.html in the run's directory, or here for several runs.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    List<RunRecord> runs = new ArrayList<>();
    for (Path directory : directories) {
      JournalArgument.check(directory);
      runs.add(RunRecord.load(directory));
    }
    Path place = directories.size() == 1 ? directories.get(0) : Path.of("");
    Path file = out == null ? place.resolve(ReportPage.FILE) : out;
    Files.writeString(file, ReportPage.render(runs));
    Output.of(spec).line(file.toString());
    return ExitStatus.DONE;
  }
}
