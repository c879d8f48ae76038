package org.clap4j.experiments.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;

/**
 * What a run directory tells about its run.
 *
 * @param name the run's name
 * @param journal its metrics, params and tags
 * @param config the text of {@code config.yaml}; empty if there is none
 * @param examples retrieval examples; may be empty
 */
public record RunRecord(
    String name, JournalSummary journal, String config, List<RetrievalExample> examples) {

  public RunRecord {
    examples = List.copyOf(examples);
  }

  /**
   * Reads a run directory.
   *
   * @throws IOException if it has no journal
   */
  public static RunRecord load(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(JournalTracker.FILE_NAME))) {
      throw new IOException(
          directory
              + " has no "
              + JournalTracker.FILE_NAME
              + ", so it is no run directory (or of a run with tracking: {type: none})");
    }
    JournalSummary journal = JournalSummary.read(directory);
    Path config = directory.resolve("config.yaml");
    return new RunRecord(
        journal.started().map(started -> started.name()).orElse(directory.getFileName().toString()),
        journal,
        Files.exists(config) ? Files.readString(config) : "",
        RetrievalExamples.load(directory));
  }
}
