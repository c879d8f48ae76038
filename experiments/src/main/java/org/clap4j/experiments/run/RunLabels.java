package org.clap4j.experiments.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.clap4j.core.io.AtomicFile;

/**
 * What is said of a run beside its configuration; kept in {@code labels.json} of its directory, so
 * that it stays with the run however often that is resumed.
 *
 * @param name the name people see
 * @param params recorded beside the configuration's keys
 * @param tags recorded beside those of the environment
 */
public record RunLabels(String name, Map<String, String> params, Map<String, String> tags) {

  /** The file's name in a run directory. */
  public static final String FILE = "labels.json";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** Reads the labels of a run; empty if it has none. */
  static Optional<RunLabels> load(Path run) throws IOException {
    Path file = run.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(GSON.fromJson(Files.readString(file), RunLabels.class));
    } catch (JsonParseException e) {
      throw new IOException(file + " is damaged (" + e.getMessage() + "); delete it", e);
    }
  }

  /** Writes the labels of a run. */
  public void save(Path run) throws IOException {
    AtomicFile.writeText(run.resolve(FILE), GSON.toJson(this) + "\n");
  }
}
