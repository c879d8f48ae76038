package org.clap4j.testkit.mlflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes runs as MLflow 3 does, in memory: a point again is no second point, a param's other value
 * and a name that it does not like refuse the whole batch, {@code runs/create} makes a run each
 * time. It has one experiment, {@code clap4j}.
 */
public final class FakeMlflow {

  static final String API = "/api/2.0/mlflow/";
  static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";

  /** How names begin that it refuses. */
  public static final String REFUSED = "refused";

  private static final Pattern TAG_IS = Pattern.compile("tags\\.`(.+)` = '(.+)'");

  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final Map<String, Model> models = new LinkedHashMap<>();
  private final List<JsonObject> versions = new ArrayList<>();
  private boolean hasExperiment;
  private boolean hasRegisteredModel;

  private static final class Run {
    private final String id;
    private final JsonObject info = new JsonObject();
    private final Map<String, String> params = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final Map<String, Set<JsonObject>> histories = new LinkedHashMap<>();
    private final Map<String, JsonObject> datasets = new LinkedHashMap<>();
    private final Map<String, byte[]> artifacts = new LinkedHashMap<>();
    private final Set<String> outputs = new LinkedHashSet<>();

    private Run(int number) {
      id = String.format("%032x", number);
      info.addProperty("run_id", id);
      info.addProperty("experiment_id", "1");
      info.addProperty("status", "RUNNING");
      info.addProperty("lifecycle_stage", "active");
      info.addProperty("artifact_uri", "mlflow-artifacts:/1/" + id + "/artifacts");
    }

    private boolean isActive() {
      return info.get("lifecycle_stage").getAsString().equals("active");
    }
  }

  private static final class Model {
    private final JsonObject info = new JsonObject();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final Map<String, String> params = new LinkedHashMap<>();
    private final Map<String, byte[]> artifacts = new LinkedHashMap<>();
    private final Map<String, Double> metrics = new LinkedHashMap<>();
  }

  /** An answer of HTTP. */
  record Answer(int status, String body) {
    static final Answer EMPTY = new Answer(200, "{}");

    static Answer error(int status, String code) {
      return new Answer(status, "{\"error_code\":\"" + code + "\",\"message\":\"" + code + "\"}");
    }
  }

  /** How many runs there are that nobody has deleted. */
  public synchronized int activeRuns() {
    return (int) runs.values().stream().filter(Run::isActive).count();
  }

  /** How many models there are that nobody has deleted. */
  public synchronized int models() {
    return models.size();
  }

  /** What was measured on the only model. */
  public synchronized Map<String, Double> modelMetrics() {
    return Map.copyOf(models.values().iterator().next().metrics);
  }

  /** How many versions there are of the registered model. */
  public synchronized int modelVersions() {
    return versions.size();
  }

  /** The content of an artifact of the only run. */
  public synchronized byte[] artifact(String path) {
    return runs.values().stream()
        .filter(Run::isActive)
        .map(run -> Objects.requireNonNull(run.artifacts.get(path), path))
        .findFirst()
        .orElseThrow();
  }

  /** Makes a run as another program would; returns its id. */
  public synchronized String createRun(String name) {
    JsonObject request = new JsonObject();
    request.addProperty("run_name", name);
    hasExperiment = true;
    Answer unused = createRun(request);
    return String.format("%032x", runs.size());
  }

  /** Deletes a run, as people do in the dashboard. */
  public synchronized void deleteRun(String id) {
    run(id).info.addProperty("lifecycle_stage", "deleted");
  }

  /** Tags a run as another program would. */
  public synchronized void setTag(String id, String key, String value) {
    run(id).tags.put(key, value);
  }

  /** A run's tags. */
  public synchronized Map<String, String> tags(String id) {
    return Map.copyOf(run(id).tags);
  }

  /** A run's status. */
  public synchronized String status(String id) {
    return run(id).info.get("status").getAsString();
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> values = new HashMap<>();
    String query = uri.getRawQuery();
    for (String part : query == null ? new String[0] : query.split("&")) {
      int equals = part.indexOf('=');
      values.put(
          part.substring(0, equals),
          URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return values;
  }

  /**
   * Carries a request out.
   *
   * @param call method and path without the names of runs: {@code POST runs/create}
   */
  synchronized Answer carryOut(String call, URI uri, byte[] body) {
    if (call.equals("PUT artifact")) {
      String[] parts = uri.getPath().substring(ARTIFACTS.length()).split("/", 5);
      if (parts[1].equals("models")) {
        model(parts[2]).artifacts.put(parts[4], body);
      } else {
        String path = uri.getPath().substring(ARTIFACTS.length()).split("/", 4)[3];
        run(parts[1]).artifacts.put(path, body);
      }
      return Answer.EMPTY;
    }
    Map<String, String> query = query(uri);
    JsonObject json =
        body.length == 0
            ? new JsonObject()
            : JsonParser.parseString(new String(body, StandardCharsets.UTF_8)).getAsJsonObject();
    return switch (call) {
      case "GET experiments/get-by-name" ->
          hasExperiment
              ? new Answer(
                  200,
                  "{\"experiment\":{\"experiment_id\":\"1\",\"name\":\"clap4j\","
                      + "\"lifecycle_stage\":\"active\"}}")
              : Answer.error(404, "RESOURCE_DOES_NOT_EXIST");
      case "GET /health" -> new Answer(200, "OK");
      case "GET /version" -> new Answer(200, "3.17.2");
      case "POST experiments/search" -> Answer.EMPTY;
      case "POST experiments/create" -> createExperiment();
      case "POST experiments/set-experiment-tag" -> Answer.EMPTY;
      case "POST runs/create" -> createRun(json);
      case "POST runs/search" -> search(json);
      case "GET runs/get" -> get(query.getOrDefault("run_id", ""));
      case "POST runs/update" -> update(json);
      case "POST runs/delete" -> delete(json);
      case "POST runs/set-tag" -> setTag(json);
      case "POST runs/log-batch" -> logBatch(json);
      case "POST runs/log-inputs" -> logInputs(json);
      case "GET metrics/get-history" -> history(query);
      case "GET artifacts/list" ->
          artifacts(
              run(query.getOrDefault("run_id", "")).artifacts, query.getOrDefault("path", ""));
      case "POST logged-models" -> createModel(json);
      case "POST logged-models/search" -> searchModels(json);
      case "PATCH logged-models/ID" -> finishModel(json);
      case "DELETE logged-models/ID" -> deleteModel(uri);
      case "GET logged-models/ID/artifacts/directories" ->
          artifacts(
              model(modelId(uri)).artifacts, query.getOrDefault("artifact_directory_path", ""));
      case "POST runs/outputs" -> logOutputs(json);
      case "POST registered-models/create" -> createRegisteredModel();
      case "POST model-versions/create" -> createVersion(json);
      case "GET model-versions/search" -> searchVersions();
      case "DELETE model-versions/delete" -> deleteVersion(json);
      default -> throw new AssertionError("the stub does not know " + call);
    };
  }

  private Answer createExperiment() {
    if (hasExperiment) {
      return Answer.error(400, "RESOURCE_ALREADY_EXISTS");
    }
    hasExperiment = true;
    return new Answer(200, "{\"experiment_id\":\"1\"}");
  }

  private Answer createRun(JsonObject json) {
    Run run = new Run(runs.size() + 1);
    run.info.add("run_name", json.get("run_name"));
    addTexts(json, "tags", run.tags);
    runs.put(run.id, run);
    return new Answer(200, "{\"run\":" + json(run) + "}");
  }

  private static void addTexts(JsonObject json, String key, Map<String, String> texts) {
    for (JsonElement element : items(json, key)) {
      JsonObject item = element.getAsJsonObject();
      texts.put(item.get("key").getAsString(), item.get("value").getAsString());
    }
  }

  private Run run(String id) {
    return Objects.requireNonNull(runs.get(id), id);
  }

  private static JsonArray items(JsonObject json, String key) {
    return json.has(key) ? json.getAsJsonArray(key) : new JsonArray();
  }

  private static JsonObject json(Run run) {
    JsonObject data = new JsonObject();
    data.add("params", json(run.params));
    data.add("tags", json(run.tags));
    JsonArray datasets = new JsonArray();
    run.datasets.values().forEach(datasets::add);
    JsonObject inputs = new JsonObject();
    inputs.add("dataset_inputs", datasets);
    JsonObject json = new JsonObject();
    json.add("info", run.info);
    json.add("data", data);
    json.add("inputs", inputs);
    JsonArray outputs = new JsonArray();
    for (String model : run.outputs) {
      JsonObject output = new JsonObject();
      output.addProperty("model_id", model);
      outputs.add(output);
    }
    JsonObject models = new JsonObject();
    models.add("model_outputs", outputs);
    json.add("outputs", models);
    return json;
  }

  private static JsonArray json(Map<String, String> texts) {
    JsonArray items = new JsonArray();
    texts.forEach(
        (key, value) -> {
          JsonObject item = new JsonObject();
          item.addProperty("key", key);
          item.addProperty("value", value);
          items.add(item);
        });
    return items;
  }

  private Answer search(JsonObject json) {
    Matcher filter = TAG_IS.matcher(json.get("filter").getAsString());
    if (!filter.matches()) {
      throw new AssertionError("the stub does not know the filter " + json);
    }
    JsonArray found = new JsonArray();
    for (Run run : runs.values()) {
      if (filter.group(2).equals(run.tags.get(filter.group(1))) && run.isActive()) {
        found.add(json(run));
      }
    }
    JsonObject answer = new JsonObject();
    answer.add("runs", found);
    return new Answer(200, answer.toString());
  }

  private Answer get(String id) {
    Run run = runs.get(id);
    return run == null
        ? Answer.error(404, "RESOURCE_DOES_NOT_EXIST")
        : new Answer(200, "{\"run\":" + json(run) + "}");
  }

  private Answer update(JsonObject json) {
    Run run = run(json.get("run_id").getAsString());
    run.info.add("status", json.get("status"));
    JsonObject answer = new JsonObject();
    answer.add("run_info", run.info);
    return new Answer(200, answer.toString());
  }

  private Answer delete(JsonObject json) {
    deleteRun(json.get("run_id").getAsString());
    return Answer.EMPTY;
  }

  private Answer setTag(JsonObject json) {
    setTag(
        json.get("run_id").getAsString(),
        json.get("key").getAsString(),
        json.get("value").getAsString());
    return Answer.EMPTY;
  }

  private Answer logBatch(JsonObject json) {
    Run run = run(json.get("run_id").getAsString());
    if (!run.isActive()) {
      return Answer.error(400, "INVALID_PARAMETER_VALUE");
    }
    Map<String, String> params = new LinkedHashMap<>();
    addTexts(json, "params", params);
    for (Map.Entry<String, String> param : params.entrySet()) {
      String known = run.params.get(param.getKey());
      if ((known != null && !known.equals(param.getValue()))
          || param.getKey().startsWith(REFUSED)) {
        return Answer.error(400, "INVALID_PARAMETER_VALUE");
      }
    }
    for (JsonElement element : items(json, "metrics")) {
      if (element.getAsJsonObject().get("key").getAsString().startsWith(REFUSED)) {
        return Answer.error(400, "INVALID_PARAMETER_VALUE");
      }
    }
    run.params.putAll(params);
    addTexts(json, "tags", run.tags);
    for (JsonElement element : items(json, "metrics")) {
      JsonObject point = element.getAsJsonObject();
      run.histories
          .computeIfAbsent(point.get("key").getAsString(), unused -> new LinkedHashSet<>())
          .add(withoutModel(point));
      if (point.has("model_id")) {
        model(point.get("model_id").getAsString())
            .metrics
            .put(point.get("key").getAsString(), point.get("value").getAsDouble());
      }
    }
    return Answer.EMPTY;
  }

  /** Of one name and digest the first stays. */
  private Answer logInputs(JsonObject json) {
    for (JsonElement element : items(json, "datasets")) {
      JsonObject dataset = element.getAsJsonObject().getAsJsonObject("dataset");
      if (dataset.get("name").getAsString().startsWith(REFUSED)) {
        return Answer.error(400, "INVALID_PARAMETER_VALUE");
      }
      run(json.get("run_id").getAsString())
          .datasets
          .putIfAbsent(
              dataset.get("name").getAsString() + "\n" + dataset.get("digest").getAsString(),
              element.getAsJsonObject());
    }
    return Answer.EMPTY;
  }

  private Answer history(Map<String, String> query) {
    List<JsonObject> points =
        List.copyOf(
            run(query.getOrDefault("run_id", ""))
                .histories
                .getOrDefault(query.get("metric_key"), Set.of()));
    int from = Integer.parseInt(query.getOrDefault("page_token", "0"));
    // Smaller pages than asked for, so that there are several; without a size, everything.
    int size = query.containsKey("max_results") ? 300 : points.size();
    int to = Math.min(points.size(), from + size);
    JsonArray page = new JsonArray();
    points.subList(from, to).forEach(page::add);
    JsonObject answer = new JsonObject();
    answer.add("metrics", page);
    if (to < points.size()) {
      answer.addProperty("next_page_token", Integer.toString(to));
    }
    return new Answer(200, answer.toString());
  }

  private static JsonObject withoutModel(JsonObject point) {
    JsonObject plain = point.deepCopy();
    List.of("model_id", "dataset_name", "dataset_digest").forEach(plain::remove);
    return plain;
  }

  private Model model(String id) {
    return Objects.requireNonNull(models.get(id), id);
  }

  private static String modelId(URI uri) {
    return uri.getPath().split("/", 7)[5];
  }

  private Answer createModel(JsonObject json) {
    Model model = new Model();
    String id = "m-%032x".formatted(models.size() + 1);
    model.info.addProperty("model_id", id);
    model.info.addProperty("status", "LOGGED_MODEL_PENDING");
    model.info.addProperty("artifact_uri", "mlflow-artifacts:/1/models/" + id + "/artifacts");
    addTexts(json, "tags", model.tags);
    addTexts(json, "params", model.params);
    models.put(id, model);
    return new Answer(200, "{\"model\":{\"info\":" + model.info + "}}");
  }

  private Answer searchModels(JsonObject json) {
    Matcher filter = TAG_IS.matcher(json.get("filter").getAsString());
    if (!filter.matches()) {
      throw new AssertionError("the stub does not know the filter " + json);
    }
    JsonArray found = new JsonArray();
    for (Model model : models.values()) {
      if (filter.group(2).equals(model.tags.get(filter.group(1)))) {
        JsonObject info = model.info.deepCopy();
        info.add("tags", json(model.tags));
        JsonObject item = new JsonObject();
        item.add("info", info);
        found.add(item);
      }
    }
    JsonObject answer = new JsonObject();
    answer.add("models", found);
    return new Answer(200, answer.toString());
  }

  private Answer finishModel(JsonObject json) {
    model(json.get("model_id").getAsString()).info.add("status", json.get("status"));
    return Answer.EMPTY;
  }

  private Answer deleteModel(URI uri) {
    models.remove(modelId(uri));
    return Answer.EMPTY;
  }

  /** The same output again is refused. */
  private Answer logOutputs(JsonObject json) {
    for (JsonElement output : items(json, "models")) {
      String id = output.getAsJsonObject().get("model_id").getAsString();
      if (!run(json.get("run_id").getAsString()).outputs.add(id)) {
        return Answer.error(400, "BAD_REQUEST");
      }
    }
    return Answer.EMPTY;
  }

  private Answer createRegisteredModel() {
    if (hasRegisteredModel) {
      return Answer.error(400, "RESOURCE_ALREADY_EXISTS");
    }
    hasRegisteredModel = true;
    return Answer.EMPTY;
  }

  private Answer createVersion(JsonObject json) {
    JsonObject version = new JsonObject();
    version.add("source", json.get("source"));
    version.addProperty("version", Integer.toString(versions.size() + 1));
    versions.add(version);
    return Answer.EMPTY;
  }

  private Answer searchVersions() {
    JsonArray found = new JsonArray();
    versions.forEach(found::add);
    JsonObject answer = new JsonObject();
    answer.add("model_versions", found);
    return new Answer(200, answer.toString());
  }

  private Answer deleteVersion(JsonObject json) {
    versions.removeIf(version -> version.get("version").equals(json.get("version")));
    return Answer.EMPTY;
  }

  private static Answer artifacts(Map<String, byte[]> artifacts, String path) {
    String folder = path.isEmpty() ? "" : path + "/";
    Map<String, Integer> below = new LinkedHashMap<>();
    artifacts.forEach(
        (name, content) -> {
          if (name.startsWith(folder)) {
            int slash = name.indexOf('/', folder.length());
            below.put(slash < 0 ? name : name.substring(0, slash), slash < 0 ? content.length : -1);
          }
        });
    JsonArray files = new JsonArray();
    below.forEach(
        (name, size) -> {
          JsonObject file = new JsonObject();
          file.addProperty("path", name);
          file.addProperty("is_dir", size < 0);
          if (size >= 0) {
            file.addProperty("file_size", size);
          }
          files.add(file);
        });
    JsonObject answer = new JsonObject();
    answer.add("files", files);
    return new Answer(200, answer.toString());
  }
}
