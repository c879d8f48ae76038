package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalTracker;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.Page;

/**
 * Finds or makes a run on the server. The server ignores a run id that the client chose and makes a
 * second run when {@code runs/create} is repeated; so each run carries our own id as a tag, and
 * that is searched for first.
 */
final class RemoteRun {

  /** The tag that holds our own run id. */
  static final String RUN_ID_TAG = "clap4j.run_id";

  /** The tag by which the dashboard nests runs. */
  private static final String PARENT_TAG = "mlflow.parentRunId";

  private static final int MAX_CHILDREN = 1000;
  private static final int MAX_TWINS = 100;

  /** Opens the experiment in the dashboard as model training, not as GenAI. */
  private static final String KIND_TAG = "mlflow.experimentKind";

  private static final String KIND = "custom_model_development";

  private RemoteRun() {}

  /** Finds or creates the run, and its experiment if needed. */
  static UploadState attach(
      ServerConnection server, String uri, String experiment, JournalEntry.Started started)
      throws ServerException, InterruptedException {
    String experimentId = experimentId(server, experiment);
    String what = "finding run '" + started.name() + "'";
    Optional<Service.RunInfo> known = find(server, what, experimentId, started.runId());
    if (known.isEmpty()) {
      create(server, experimentId, started);
      // Read back, for a server or proxy that makes two of one request.
      known = find(server, what, experimentId, started.runId());
    }
    Service.RunInfo run =
        known.orElseThrow(
            () -> new ServerException(ServerException.Kind.UNAVAILABLE, what + ": none is there"));
    return new UploadState(uri, experimentId, run.getRunId(), run.getArtifactUri(), 0);
  }

  /**
   * Goes on in a run that the server has, whoever made it; its name and experiment stay. A run that
   * is another journal's is not taken: two would contradict each other in it.
   */
  static UploadState adopt(
      ServerConnection server, String uri, String runId, JournalEntry.Started started)
      throws ServerException, InterruptedException {
    JsonObject run = known(server, runId).orElseThrow(() -> notAdopted(runId, "does not exist"));
    JsonObject info = run.getAsJsonObject("info");
    if (!isActive(info)) {
      throw notAdopted(runId, "has been deleted");
    }
    String owner = ServerAnswers.tag(run.getAsJsonObject("data"), RUN_ID_TAG);
    if (!owner.isEmpty() && !owner.equals(started.runId())) {
      throw notAdopted(
          runId, "has the tag " + RUN_ID_TAG + "=" + owner + ", so it is another run's");
    }
    server.call(
        "adopting run " + runId,
        client -> {
          client.setTag(runId, RUN_ID_TAG, started.runId());
          return runId;
        });
    reopen(server, runId);
    return new UploadState(
        uri,
        info.get("experiment_id").getAsString(),
        runId,
        info.get("artifact_uri").getAsString(),
        0);
  }

  private static ServerException notAdopted(String runId, String why) {
    return new ServerException(
        ServerException.Kind.UNAVAILABLE,
        "MLFLOW_RUN_ID="
            + runId
            + ": that run "
            + why
            + "; to send this one on its own, unset the variable and delete "
            + UploadState.FILE_NAME
            + " in its directory");
  }

  /** Whether the server still has a run that an earlier process made. */
  static boolean exists(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    return known(server, runId).filter(run -> isActive(run.getAsJsonObject("info"))).isPresent();
  }

  private static boolean isActive(JsonObject info) {
    return "active".equals(info.get("lifecycle_stage").getAsString());
  }

  /** A run as the server describes it, deleted ones included. */
  private static Optional<JsonObject> known(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    return found(
        server,
        "looking for run " + runId,
        "runs/get?run_id=" + URLEncoder.encode(runId, StandardCharsets.UTF_8),
        "run");
  }

  /** What the server describes at a path; empty if there is none. */
  private static Optional<JsonObject> found(
      ServerConnection server, String what, String path, String member)
      throws ServerException, InterruptedException {
    try {
      return Optional.of(server.get(what, path).getAsJsonObject(member));
    } catch (ServerException e) {
      if (e.kind() == ServerException.Kind.RUN_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<JsonObject> experiment(ServerConnection server, String what, String name)
      throws ServerException, InterruptedException {
    String path = "experiments/get-by-name?experiment_name=";
    return found(
        server, what, path + URLEncoder.encode(name, StandardCharsets.UTF_8), "experiment");
  }

  private static String experimentId(ServerConnection server, String name)
      throws ServerException, InterruptedException {
    String what = "finding experiment '" + name + "'";
    Optional<JsonObject> known = experiment(server, what, name);
    if (known.isEmpty()) {
      return createExperiment(server, what, name);
    }
    JsonObject experiment = known.get();
    String id = experiment.get("experiment_id").getAsString();
    if (!isActive(experiment)) {
      JsonObject restored = new JsonObject();
      restored.addProperty("experiment_id", id);
      String unused = server.post(what, "experiments/restore", restored.toString());
    }
    if (!experiment.toString().contains('"' + KIND_TAG + '"')) {
      server.call(
          what,
          client -> {
            client.setExperimentTag(id, KIND_TAG, KIND);
            return id;
          });
    }
    return id;
  }

  private static String createExperiment(ServerConnection server, String what, String name)
      throws ServerException, InterruptedException {
    Service.CreateExperiment request =
        Service.CreateExperiment.newBuilder()
            .setName(name)
            .addTags(Service.ExperimentTag.newBuilder().setKey(KIND_TAG).setValue(KIND))
            .build();
    try {
      return server.call(what, client -> client.createExperiment(request));
    } catch (ServerException e) {
      // Another run may have made it in the meantime.
      return experiment(server, what, name)
          .map(made -> made.get("experiment_id").getAsString())
          .orElseThrow(() -> e);
    }
  }

  /** Finds the run of an own id. Of several, which only a lost answer leaves, one is kept. */
  private static Optional<Service.RunInfo> find(
      ServerConnection server, String what, String experimentId, String ownId)
      throws ServerException, InterruptedException {
    List<Service.RunInfo> runs = server.call(what, client -> ofOwnId(client, experimentId, ownId));
    for (int twin = 1; twin < runs.size(); twin++) {
      delete(server, runs.get(twin).getRunId());
    }
    return runs.stream().findFirst();
  }

  private static void delete(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    JsonObject request = new JsonObject();
    request.addProperty("run_id", runId);
    String unused = server.post("deleting twin " + runId, "runs/delete", request.toString());
  }

  /** All runs of an own id, in an order that is always the same. */
  private static List<Service.RunInfo> ofOwnId(
      MlflowClient client, String experimentId, String ownId) {
    String byOwnId = "tags.`" + RUN_ID_TAG + "` = '" + ownId + "'";
    List<Service.RunInfo> runs = new ArrayList<>();
    client
        .searchRuns(List.of(experimentId), byOwnId, Service.ViewType.ACTIVE_ONLY, MAX_TWINS)
        .getItems()
        .forEach(run -> runs.add(run.getInfo()));
    runs.sort(Comparator.comparing(Service.RunInfo::getRunId));
    return runs;
  }

  private static void create(
      ServerConnection server, String experimentId, JournalEntry.Started started)
      throws ServerException, InterruptedException {
    JsonObject tag = new JsonObject();
    tag.addProperty("key", RUN_ID_TAG);
    tag.addProperty("value", started.runId());
    JsonArray tags = new JsonArray();
    tags.add(tag);
    JsonObject run = new JsonObject();
    run.addProperty("experiment_id", experimentId);
    run.addProperty("run_name", started.name());
    run.addProperty("start_time", started.timeMillis());
    run.add("tags", tags);
    var unused =
        server.post("creating run '" + started.name() + "'", "runs/create", run.toString());
  }

  /**
   * Nests a run below its parent, if the server knows the parent already. A parent that comes later
   * adopts the run itself: each of the two first makes itself known and then looks for the other,
   * so whichever is second finds the first.
   */
  static void nestBelow(ServerConnection server, UploadState child, String parentOwnId)
      throws ServerException, InterruptedException {
    String what = "nesting run " + child.runId();
    Optional<Service.RunInfo> parent = find(server, what, child.experimentId(), parentOwnId);
    if (parent.isPresent()) {
      server.call(
          what,
          client -> {
            client.setTag(child.runId(), PARENT_TAG, parent.get().getRunId());
            return child;
          });
    }
  }

  /** Nests below a run those that name it as their parent. */
  static void adoptChildren(ServerConnection server, UploadState parent, String ownId)
      throws ServerException, InterruptedException {
    String what = "nesting runs below " + parent.runId();
    for (String child : server.call(what, client -> strayChildren(client, parent, ownId))) {
      server.call(
          what,
          client -> {
            client.setTag(child, PARENT_TAG, parent.runId());
            return child;
          });
    }
  }

  private static List<String> strayChildren(MlflowClient client, UploadState parent, String ownId) {
    String named = "tags.`" + JournalTracker.PARENT_TAG + "` = '" + ownId + "'";
    List<String> stray = new ArrayList<>();
    Page<Service.Run> page =
        client.searchRuns(
            List.of(parent.experimentId()), named, Service.ViewType.ACTIVE_ONLY, MAX_CHILDREN);
    while (true) {
      for (Service.Run child : page.getItems()) {
        if (!isBelow(child, parent.runId())) {
          stray.add(child.getInfo().getRunId());
        }
      }
      if (!page.hasNextPage()) {
        return stray;
      }
      page = page.getNextPage();
    }
  }

  private static boolean isBelow(Service.Run child, String parentRunId) {
    return child.getData().getTagsList().stream()
        .anyMatch(tag -> tag.getKey().equals(PARENT_TAG) && tag.getValue().equals(parentRunId));
  }

  /**
   * Sets the run's status, with the time at which it ended, and deletes twins: a request to create
   * it may have been carried out long after nobody waited for its answer any more.
   */
  static void end(ServerConnection server, UploadState run, String ownId, JournalEntry.Ended ended)
      throws ServerException, InterruptedException {
    JsonObject update = new JsonObject();
    update.addProperty("run_id", run.runId());
    update.addProperty("status", ended.status().name());
    update.addProperty("end_time", ended.timeMillis());
    var unused = server.post("ending run " + run.runId(), "runs/update", update.toString());
    List<Service.RunInfo> twins =
        server.call(
            "looking for twins of run " + run.runId(),
            client -> ofOwnId(client, run.experimentId(), ownId));
    for (Service.RunInfo twin : twins) {
      if (!twin.getRunId().equals(run.runId())) {
        delete(server, twin.getRunId());
      }
    }
  }

  /** Says that an ended run goes on. */
  static void reopen(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    JsonObject update = new JsonObject();
    update.addProperty("run_id", runId);
    update.addProperty("status", "RUNNING");
    var unused = server.post("reopening run " + runId, "runs/update", update.toString());
  }
}
