package org.clap4j.training.tracking.mlflow;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service;

/**
 * What a server refused for good; kept in {@code journal.rejected.jsonl} of the run directory, one
 * JSON object a line:
 *
 * <pre>{@code
 * {"kind":"param","key":"b","value":"2","reason":"HTTP 400 …"}
 * {"kind":"metric","key":"train/loss","step":7,"value":0.5,"timestamp":1790000000000,"reason":"…"}
 * {"kind":"artifact","key":"report.html","reason":"…"}
 * }</pre>
 */
final class RejectedEntries {

  static final String FILE_NAME = "journal.rejected.jsonl";

  private static final String REASON = "reason";
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final Path file;

  /** What the file has, once something is to be added. */
  private @Nullable Set<JsonObject> known;

  RejectedEntries(Path runDirectory) {
    this.file = runDirectory.resolve(FILE_NAME);
  }

  /** Adds the items of a batch. */
  void add(LogBatch batch, String reason) throws IOException {
    for (Service.Metric metric : batch.metrics()) {
      add(json(metric), reason);
    }
    for (Service.Param param : batch.params()) {
      add(json("param", param.getKey(), param.getValue()), reason);
    }
    for (Service.RunTag tag : batch.tags()) {
      add(json("tag", tag.getKey(), tag.getValue()), reason);
    }
  }

  /**
   * Adds what a request of its own was for.
   *
   * @param kind {@code artifact}, {@code dataset}
   * @param key an artifact's path, a dataset's name and digest
   * @param value a dataset's use
   */
  void add(String kind, String key, @Nullable String value, String reason) throws IOException {
    add(json(kind, key, value), reason);
  }

  /** Adds an entry, unless it is there from an earlier time. */
  private void add(JsonObject entry, String reason) throws IOException {
    if (known == null) {
      known = read();
    }
    if (known.contains(entry)) {
      return;
    }
    JsonObject line = entry.deepCopy();
    line.addProperty(REASON, reason);
    Files.writeString(
        file, GSON.toJson(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    known.add(entry);
  }

  /** All entries, without their reasons; torn lines are left out. */
  Set<JsonObject> read() throws IOException {
    Set<JsonObject> entries = new LinkedHashSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        try {
          JsonObject entry = JsonParser.parseString(line).getAsJsonObject();
          entry.remove(REASON);
          entries.add(entry);
        } catch (JsonParseException | IllegalStateException e) {
          // Torn when a process died; the server refuses the entry again if it is sent again.
        }
      }
    }
    return entries;
  }

  /** As it is after being written and read, where numbers are texts. */
  private static JsonObject reread(JsonObject entry) {
    return JsonParser.parseString(GSON.toJson(entry)).getAsJsonObject();
  }

  static JsonObject json(Service.Metric metric) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", "metric");
    json.addProperty("key", metric.getKey());
    json.addProperty("step", metric.getStep());
    json.addProperty("value", metric.getValue());
    json.addProperty("timestamp", metric.getTimestamp());
    return reread(json);
  }

  static JsonObject json(String kind, String key, @Nullable String value) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", kind);
    json.addProperty("key", key);
    if (value != null) {
      json.addProperty("value", value);
    }
    return json;
  }
}
