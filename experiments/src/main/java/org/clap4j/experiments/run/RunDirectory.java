package org.clap4j.experiments.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.clap4j.core.io.AtomicFile;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.config.ConfigWriter;

/**
 * The directory of a run: {@code config.yaml}, {@code journal.jsonl}, {@code checkpoints/}, {@code
 * best}, {@code last}, {@code models/}, {@code report.html}, {@code log.txt}.
 *
 * @param path where it is
 */
public record RunDirectory(Path path) {

  /** How the time is written in names of directories. */
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Makes the directory of a new run, {@code name-20260131T201500}, and writes its config. */
  public static RunDirectory create(ExperimentConfig config, Clock clock) throws IOException {
    RunDirectory directory = new RunDirectory(newDirectory(config.runs(), config.name(), clock));
    directory.write(config);
    return directory;
  }

  /** Makes a directory {@code name-20260131T201500} of which there was none. */
  public static Path newDirectory(Path parent, String name, Clock clock) throws IOException {
    Files.createDirectories(parent);
    String dated = name + "-" + UTC.format(clock.instant());
    for (int attempt = 1; ; attempt++) {
      try {
        return Files.createDirectory(parent.resolve(attempt == 1 ? dated : dated + "-" + attempt));
      } catch (FileAlreadyExistsException e) {
        // Another run began in the same second.
      }
    }
  }

  /**
   * Takes the directory of a run that exists.
   *
   * @throws IOException if there is no run in it
   */
  public static RunDirectory open(Path path) throws IOException {
    RunDirectory directory = new RunDirectory(path);
    if (!Files.isRegularFile(directory.config())) {
      throw new IOException(path + " is no run directory: it has no config.yaml");
    }
    return directory;
  }

  /** Makes the directory of a new run at a place of its own, and writes its config. */
  public static RunDirectory createAt(Path path, ExperimentConfig config) throws IOException {
    RunDirectory directory = new RunDirectory(Files.createDirectories(path));
    directory.write(config);
    return directory;
  }

  /** Writes the resolved configuration. */
  public void write(ExperimentConfig config) throws IOException {
    AtomicFile.writeText(config(), ConfigWriter.yaml(config));
  }

  /** The resolved configuration. */
  public Path config() {
    return path.resolve("config.yaml");
  }

  /** What has been said while it ran. */
  public Path log() {
    return path.resolve("log.txt");
  }

  /** Its name, by which trackers know the run. */
  public String name() {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }
}
