package org.clap4j.experiments.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * best}, {@code last}, {@code report.html}, {@code log.txt}.
 *
 * @param path where it is
 */
public record RunDirectory(Path path) {

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Makes the directory of a new run, {@code name-20260131T201500}, and writes its config. */
  public static RunDirectory create(ExperimentConfig config, Clock clock) throws IOException {
    Files.createDirectories(config.runs());
    String name = config.name() + "-" + UTC.format(clock.instant());
    for (int attempt = 1; ; attempt++) {
      Path path = config.runs().resolve(attempt == 1 ? name : name + "-" + attempt);
      try {
        Files.createDirectory(path);
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      RunDirectory directory = new RunDirectory(path);
      directory.write(config);
      return directory;
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

  /** Writes the resolved configuration. */
  public void write(ExperimentConfig config) throws IOException {
    AtomicFile.write(
        config(),
        channel -> {
          ByteBuffer text = StandardCharsets.UTF_8.encode(ConfigWriter.yaml(config));
          while (text.hasRemaining()) {
            channel.write(text);
          }
        });
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
