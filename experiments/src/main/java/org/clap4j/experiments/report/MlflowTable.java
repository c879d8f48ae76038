package org.clap4j.experiments.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes tables that MLflow's dashboard shows, if the run's tag {@code mlflow.loggedArtifacts}
 * names them.
 */
public final class MlflowTable {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private MlflowTable() {}

  /** Writes a table; the folders above it are made where they are missing. */
  public static void save(Path file, List<String> columns, List<List<Object>> rows)
      throws IOException {
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("columns", columns);
    table.put("data", rows);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, GSON.toJson(table) + "\n");
  }
}
