package org.clap4j.training.tracking;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;

/**
 * Turns entries into lines and back. A line is a JSON object whose last member is the CRC-32C, in
 * eight hexadecimal digits, of all its bytes before that member:
 *
 * <pre>{@code
 * {"type":"metrics","time":1790000000000,"step":10,"values":{"train/loss":2.5},"crc":"0f3a99b1"}
 * }</pre>
 */
final class JournalCodec {

  private static final String CRC_MEMBER = ",\"crc\":\"";
  private static final int CRC_DIGITS = 8;
  private static final String LINE_END = "\"}";

  /** Without the escaping of HTML characters, which only costs bytes here. */
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private JournalCodec() {}

  /** The line of an entry, without its line feed. */
  static String encode(JournalEntry entry) {
    String object = GSON.toJson(toJson(entry));
    String body = object.substring(0, object.length() - 1);
    return body + CRC_MEMBER + crc(body) + LINE_END;
  }

  /** The entry of a line; empty if the line is torn, damaged, or of a type from a later version. */
  static Optional<JournalEntry> decode(String line) {
    int crcMember = line.length() - CRC_MEMBER.length() - CRC_DIGITS - LINE_END.length();
    if (crcMember < 1
        || !line.startsWith(CRC_MEMBER, crcMember)
        || !line.endsWith(LINE_END)
        || !line.startsWith(crc(line.substring(0, crcMember)), crcMember + CRC_MEMBER.length())) {
      return Optional.empty();
    }
    try {
      return fromJson(JsonParser.parseString(line).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      return Optional.empty();
    }
  }

  private static String crc(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private static JsonObject toJson(JournalEntry entry) {
    if (entry instanceof JournalEntry.Started started) {
      JsonObject json = head("started", entry);
      json.addProperty("run_id", started.runId());
      json.addProperty("name", started.name());
      return json;
    }
    if (entry instanceof JournalEntry.Resumed resumed) {
      JsonObject json = head("resumed", entry);
      json.addProperty("step", resumed.step());
      return json;
    }
    if (entry instanceof JournalEntry.Params params) {
      JsonObject json = head("params", entry);
      json.add("values", GSON.toJsonTree(params.values()));
      return json;
    }
    if (entry instanceof JournalEntry.Tags tags) {
      JsonObject json = head("tags", entry);
      json.add("values", GSON.toJsonTree(tags.values()));
      return json;
    }
    if (entry instanceof JournalEntry.Dataset dataset) {
      JsonObject json = head("dataset", entry);
      json.add("dataset", GSON.toJsonTree(dataset.dataset()));
      return json;
    }
    if (entry instanceof JournalEntry.Metrics metrics) {
      JsonObject json = head("metrics", entry);
      json.addProperty("step", metrics.step());
      json.add("values", GSON.toJsonTree(metrics.values()));
      return json;
    }
    if (entry instanceof JournalEntry.Artifact artifact) {
      JsonObject json = head("artifact", entry);
      json.addProperty("file", artifact.file());
      json.addProperty("path", artifact.artifactPath());
      return json;
    }
    if (entry instanceof JournalEntry.Model model) {
      JsonObject json = head("model", entry);
      json.addProperty("name", model.name());
      json.addProperty("step", model.step());
      json.addProperty("directory", model.directory());
      json.add("params", GSON.toJsonTree(model.params()));
      json.add("metrics", GSON.toJsonTree(model.metrics()));
      if (model.measuredOn() != null) {
        json.add("measured_on", GSON.toJsonTree(model.measuredOn()));
      }
      return json;
    }
    JournalEntry.Ended ended = (JournalEntry.Ended) entry;
    JsonObject json = head("ended", entry);
    json.addProperty("status", ended.status().name());
    json.addProperty("message", ended.message());
    return json;
  }

  private static JsonObject head(String type, JournalEntry entry) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("time", entry.timeMillis());
    return json;
  }

  private static Optional<JournalEntry> fromJson(JsonObject json) {
    long time = json.get("time").getAsLong();
    return switch (json.get("type").getAsString()) {
      case "started" ->
          Optional.of(
              new JournalEntry.Started(
                  time, json.get("run_id").getAsString(), json.get("name").getAsString()));
      case "resumed" -> Optional.of(new JournalEntry.Resumed(time, json.get("step").getAsLong()));
      case "params" -> Optional.of(new JournalEntry.Params(time, strings(json, "values")));
      case "tags" -> Optional.of(new JournalEntry.Tags(time, strings(json, "values")));
      case "dataset" ->
          Optional.of(
              new JournalEntry.Dataset(
                  time, GSON.fromJson(json.get("dataset"), TrackedDataset.class)));
      case "metrics" ->
          Optional.of(new JournalEntry.Metrics(time, json.get("step").getAsLong(), numbers(json)));
      case "artifact" ->
          Optional.of(
              new JournalEntry.Artifact(
                  time, json.get("file").getAsString(), json.get("path").getAsString()));
      case "model" ->
          Optional.of(
              new JournalEntry.Model(
                  time,
                  json.get("name").getAsString(),
                  json.get("step").getAsLong(),
                  json.get("directory").getAsString(),
                  strings(json, "params"),
                  json.getAsJsonArray("metrics").asList().stream()
                      .map(JsonElement::getAsString)
                      .toList(),
                  GSON.fromJson(json.get("measured_on"), TrackedDataset.class)));
      case "ended" ->
          Optional.of(
              new JournalEntry.Ended(
                  time,
                  RunTracker.Status.valueOf(json.get("status").getAsString()),
                  json.get("message").getAsString()));
      default -> Optional.empty();
    };
  }

  private static Map<String, String> strings(JsonObject json, String key) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> member : json.getAsJsonObject(key).entrySet()) {
      values.put(member.getKey(), member.getValue().getAsString());
    }
    return values;
  }

  private static Map<String, Double> numbers(JsonObject json) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> member : json.getAsJsonObject("values").entrySet()) {
      values.put(member.getKey(), member.getValue().getAsDouble());
    }
    return values;
  }
}
