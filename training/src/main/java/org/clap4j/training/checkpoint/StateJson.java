package org.clap4j.training.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.clap4j.training.loading.BatchPosition;
import org.jspecify.annotations.Nullable;

/** Writes and reads {@code state.json}. Numbers survive exactly; infinities are written as text. */
final class StateJson {

  private static final int FORMAT = 1;

  private StateJson() {}

  static String format(TrainingState state) {
    TrainingProgress progress = state.progress();
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("step", progress.step());
    json.addProperty("epoch", progress.position().epoch());
    json.addProperty("seed", state.run().seed());
    json.add("data-position", position(progress.position()));
    json.add("updates", object(progress.updates(), JsonPrimitive::new));
    json.add("schedule", object(progress.schedule(), StateJson::number));
    BestMetric best = progress.best();
    if (best != null) {
      json.add("best", best(best));
    }
    json.addProperty("nonfinite-steps", progress.nonFiniteSteps());
    json.add("versions", object(state.run().versions(), JsonPrimitive::new));
    json.addProperty("config-hash", state.run().configHash());
    json.addProperty("config", state.run().config());
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }

  private static JsonObject position(BatchPosition position) {
    JsonObject json = new JsonObject();
    json.addProperty("epoch", position.epoch());
    json.addProperty("index", position.index());
    return json;
  }

  private static JsonObject best(BestMetric best) {
    JsonObject json = new JsonObject();
    json.addProperty("metric", best.metric());
    json.add("value", number(best.value()));
    json.addProperty("step", best.step());
    return json;
  }

  private static <V> JsonObject object(Map<String, V> map, Function<V, JsonElement> value) {
    JsonObject json = new JsonObject();
    map.forEach((key, element) -> json.add(key, value.apply(element)));
    return json;
  }

  private static JsonPrimitive number(double value) {
    return Double.isFinite(value)
        ? new JsonPrimitive(value)
        : new JsonPrimitive(Double.toString(value));
  }

  static TrainingState read(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      int format = member(json, "format").getAsInt();
      if (format != FORMAT) {
        throw new CheckpointException(
            file,
            "is of format " + format + ", this version reads format " + FORMAT + "; update clap4j");
      }
      return new TrainingState(run(file, json), progress(json));
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw new CheckpointException(file, "is damaged: " + e.getMessage(), e);
    }
  }

  private static RunIdentity run(Path file, JsonObject json) throws CheckpointException {
    Map<String, String> versions = new TreeMap<>();
    member(json, "versions")
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> versions.put(entry.getKey(), entry.getValue().getAsString()));
    RunIdentity run =
        new RunIdentity(
            member(json, "seed").getAsLong(), member(json, "config").getAsString(), versions);
    String hash = member(json, "config-hash").getAsString();
    if (!hash.equals(run.configHash())) {
      throw new CheckpointException(
          file,
          "config-hash is "
              + hash
              + ", but the config in the file has "
              + run.configHash()
              + "; the file was changed after it was written");
    }
    return run;
  }

  private static TrainingProgress progress(JsonObject json) {
    JsonObject position = member(json, "data-position").getAsJsonObject();
    Map<String, Long> updates = new LinkedHashMap<>();
    member(json, "updates")
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> updates.put(entry.getKey(), entry.getValue().getAsLong()));
    Map<String, Double> schedule = new TreeMap<>();
    member(json, "schedule")
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> schedule.put(entry.getKey(), entry.getValue().getAsDouble()));
    return new TrainingProgress(
        member(json, "step").getAsLong(),
        new BatchPosition(
            member(position, "epoch").getAsInt(), member(position, "index").getAsInt()),
        updates,
        schedule,
        best(json.get("best")),
        member(json, "nonfinite-steps").getAsLong());
  }

  private static @Nullable BestMetric best(@Nullable JsonElement element) {
    if (element == null) {
      return null;
    }
    JsonObject json = element.getAsJsonObject();
    return new BestMetric(
        member(json, "metric").getAsString(),
        member(json, "value").getAsDouble(),
        member(json, "step").getAsLong());
  }

  private static JsonElement member(JsonObject json, String name) {
    JsonElement element = json.get(name);
    if (element == null) {
      throw new IllegalArgumentException("it has no '" + name + "'");
    }
    return element;
  }
}
