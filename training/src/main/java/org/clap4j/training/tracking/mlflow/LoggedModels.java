package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.training.tracking.JournalEntry;
import org.mlflow.api.proto.Service;

/**
 * The logged models of a run. The server makes another model whenever one is created; so each
 * carries our own run id and its step as tags, and these are searched for first.
 */
final class LoggedModels {

  /** The tag that says after which step a model was like this. */
  static final String STEP_TAG = "clap4j.step";

  /** The type by which dashboards tell kinds of models apart. */
  private static final String TYPE = "clap4j";

  private static final String DESCRIPTION_TAG = "mlflow.note.content";
  private static final int MAX_DESCRIPTION_LENGTH = 5000;
  private static final String READY = "LOGGED_MODEL_READY";
  private static final String FAILED = "LOGGED_MODEL_UPLOAD_FAILED";
  private static final int MAX_MODELS = 50;

  private final ServerConnection server;
  private final UploadState run;
  private final String ownRunId;

  /**
   * The models of a run.
   *
   * @param ownRunId our own id of the run
   */
  LoggedModels(ServerConnection server, UploadState run, String ownRunId) {
    this.server = server;
    this.run = run;
    this.ownRunId = ownRunId;
  }

  /**
   * A model that the server knows.
   *
   * @param id the server's name for it
   * @param artifactUri where the server keeps its files
   * @param step after which it was like this
   * @param isReady whether all its files are there
   */
  record Known(String id, String artifactUri, String step, boolean isReady) {}

  /**
   * Finds or creates a model. Of several, which only a lost answer leaves, one is kept.
   *
   * @param description Markdown that the dashboard shows on the model's page; may be empty
   */
  Known attach(JournalEntry.Model model, String description)
      throws ServerException, InterruptedException {
    List<Known> known = find(model.step());
    if (known.isEmpty()) {
      create(model, description);
      known = find(model.step());
    }
    for (Known twin : known.subList(Math.min(1, known.size()), known.size())) {
      delete(twin);
    }
    return known.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new ServerException(
                    ServerException.Kind.UNAVAILABLE,
                    "creating model '" + model.name() + "': none is there"));
  }

  /** The models of a step, the one that is kept first. */
  List<Known> find(long step) throws ServerException, InterruptedException {
    return all().stream().filter(model -> model.step().equals(Long.toString(step))).toList();
  }

  /** All of the run, those that are ready first; the rest in an order that is always the same. */
  private List<Known> all() throws ServerException, InterruptedException {
    JsonObject request = new JsonObject();
    JsonArray experiments = new JsonArray();
    experiments.add(run.experimentId());
    request.add("experiment_ids", experiments);
    request.addProperty("filter", "tags.`" + RemoteRun.RUN_ID_TAG + "` = '" + ownRunId + "'");
    request.addProperty("max_results", MAX_MODELS);
    String what = "finding models";
    String answer = server.post(what, "logged-models/search", request.toString());
    List<Known> models = new ArrayList<>();
    for (JsonElement model : ServerAnswers.items(ServerAnswers.object(what, answer), "models")) {
      models.add(known(model.getAsJsonObject().getAsJsonObject("info")));
    }
    models.sort(Comparator.comparing((Known model) -> !model.isReady()).thenComparing(Known::id));
    return models;
  }

  private static Known known(JsonObject info) {
    return new Known(
        info.get("model_id").getAsString(),
        info.get("artifact_uri").getAsString(),
        ServerAnswers.tag(info, STEP_TAG),
        info.get("status").getAsString().equals(READY));
  }

  private void create(JournalEntry.Model model, String description)
      throws ServerException, InterruptedException {
    LogBatch batch = new LogBatch();
    model.params().forEach(batch::addParam);
    batch.addTag(RemoteRun.RUN_ID_TAG, ownRunId);
    batch.addTag(STEP_TAG, Long.toString(model.step()));
    if (!description.isEmpty() && description.length() <= MAX_DESCRIPTION_LENGTH) {
      batch.addTag(DESCRIPTION_TAG, description);
    }
    JsonObject request = batch.json();
    request.addProperty("experiment_id", run.experimentId());
    request.addProperty("name", model.name());
    request.addProperty("model_type", TYPE);
    request.addProperty("source_run_id", run.runId());
    var unused =
        server.post("creating model '" + model.name() + "'", "logged-models", request.toString());
  }

  private void delete(Known twin) throws ServerException, InterruptedException {
    var unused =
        server.send("deleting model " + twin.id(), "DELETE", "logged-models/" + twin.id(), "");
  }

  /** Says that all files of a model are there, what was measured on it, and whose it is. */
  void finish(Known model, JournalEntry.Model entry, List<Service.Metric> metrics)
      throws ServerException, InterruptedException {
    setStatus(model, READY);
    if (!outputs().contains(model.id())) {
      JsonObject output = new JsonObject();
      output.addProperty("model_id", model.id());
      output.addProperty("step", entry.step());
      JsonObject request = new JsonObject();
      request.addProperty("run_id", run.runId());
      request.add("models", LogBatch.array(List.of(output), item -> item));
      var unused = server.post("linking " + model.id(), "runs/outputs", request.toString());
    }
    if (!metrics.isEmpty()) {
      JsonObject request = new JsonObject();
      request.addProperty("run_id", run.runId());
      request.add("metrics", LogBatch.array(metrics, metric -> measured(metric, model, entry)));
      var unused =
          server.post("logging metrics of " + model.id(), "runs/log-batch", request.toString());
    }
  }

  /** The very point that the run has, which the server then also shows with the model. */
  private static JsonObject measured(Service.Metric metric, Known model, JournalEntry.Model entry) {
    JsonObject json = LogBatch.json(metric);
    json.addProperty("model_id", model.id());
    if (entry.measuredOn() != null) {
      json.addProperty("dataset_name", entry.measuredOn().name());
      json.addProperty("dataset_digest", entry.measuredOn().digest());
    }
    return json;
  }

  /** Says that files of a model are missing for good. */
  void fail(Known model) throws ServerException, InterruptedException {
    setStatus(model, FAILED);
  }

  private void setStatus(Known model, String status) throws ServerException, InterruptedException {
    JsonObject request = new JsonObject();
    request.addProperty("model_id", model.id());
    request.addProperty("status", status);
    var unused =
        server.send(
            "finishing model " + model.id(),
            "PATCH",
            "logged-models/" + model.id(),
            request.toString());
  }

  /** The models that the run names as its outputs. */
  Set<String> outputs() throws ServerException, InterruptedException {
    JsonObject answer =
        server.get("looking for models of run " + run.runId(), "runs/get?run_id=" + run.runId());
    JsonObject found = answer.getAsJsonObject("run");
    Set<String> ids = new LinkedHashSet<>();
    if (found.has("outputs")) {
      for (JsonElement output :
          ServerAnswers.items(found.getAsJsonObject("outputs"), "model_outputs")) {
        ids.add(output.getAsJsonObject().get("model_id").getAsString());
      }
    }
    return ids;
  }

  /**
   * Deletes what a request made that was carried out when nobody waited for it any more.
   *
   * @return the models that stay
   */
  List<Known> deleteTwins() throws ServerException, InterruptedException {
    Map<String, Known> kept = new LinkedHashMap<>();
    for (Known model : all()) {
      if (kept.putIfAbsent(model.step(), model) != null) {
        delete(model);
      }
    }
    return List.copyOf(kept.values());
  }
}
