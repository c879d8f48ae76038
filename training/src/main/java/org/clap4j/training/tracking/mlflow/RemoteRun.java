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
import org.mlflow.tracking.MlflowHttpException;
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
    String finding = "finding experiment '" + experiment + "'";
    awaken(server, finding, experiment);
    String experimentId = server.call(finding, client -> experimentId(client, experiment));
    String what = "finding run '" + started.name() + "'";
    Optional<Service.RunInfo> known =
        server.call(what, client -> find(client, experimentId, started.runId()));
    if (known.isEmpty()) {
      create(server, experimentId, started);
      // Read back, for a server or proxy that makes two of one request.
      known = server.call(what, client -> find(client, experimentId, started.runId()));
    }
    Service.RunInfo run =
        known.orElseThrow(
            () -> new ServerException(ServerException.Kind.UNAVAILABLE, what + ": none is there"));
    return new UploadState(uri, experimentId, run.getRunId(), run.getArtifactUri(), 0);
  }

  /** Whether the server still has a run that an earlier process made. */
  static boolean exists(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    try {
      JsonObject answer = server.get("looking for run " + runId, "runs/get?run_id=" + runId);
      JsonObject info = answer.getAsJsonObject("run").getAsJsonObject("info");
      return "active".equals(info.get("lifecycle_stage").getAsString());
    } catch (ServerException e) {
      if (e.kind() == ServerException.Kind.RUN_MISSING) {
        return false;
      }
      throw e;
    }
  }

  /** Asks first in the way that is told how long an overloaded server wants to be left alone. */
  private static void awaken(ServerConnection server, String what, String experiment)
      throws ServerException, InterruptedException {
    try {
      var unused =
          server.get(
              what,
              "experiments/get-by-name?experiment_name="
                  + URLEncoder.encode(experiment, StandardCharsets.UTF_8));
    } catch (ServerException e) {
      if (e.kind() == ServerException.Kind.UNAVAILABLE) {
        throw e;
      }
    }
  }

  private static String experimentId(MlflowClient client, String name) {
    Optional<Service.Experiment> known = client.getExperimentByName(name);
    if (known.isPresent()) {
      Service.Experiment experiment = known.get();
      if ("deleted".equals(experiment.getLifecycleStage())) {
        client.restoreExperiment(experiment.getExperimentId());
      }
      if (experiment.getTagsList().stream().noneMatch(tag -> tag.getKey().equals(KIND_TAG))) {
        client.setExperimentTag(experiment.getExperimentId(), KIND_TAG, KIND);
      }
      return experiment.getExperimentId();
    }
    try {
      return client.createExperiment(
          Service.CreateExperiment.newBuilder()
              .setName(name)
              .addTags(Service.ExperimentTag.newBuilder().setKey(KIND_TAG).setValue(KIND))
              .build());
    } catch (MlflowHttpException e) {
      // Another run may have made it in the meantime.
      return client
          .getExperimentByName(name)
          .map(Service.Experiment::getExperimentId)
          .orElseThrow(() -> e);
    }
  }

  /** Finds the run of an own id. Of several, which only a lost answer leaves, one is kept. */
  private static Optional<Service.RunInfo> find(
      MlflowClient client, String experimentId, String ownId) {
    List<Service.RunInfo> runs = ofOwnId(client, experimentId, ownId);
    runs.stream().skip(1).forEach(twin -> client.deleteRun(twin.getRunId()));
    return runs.stream().findFirst();
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
    server.call(
        "nesting run " + child.runId(),
        client -> {
          find(client, child.experimentId(), parentOwnId)
              .ifPresent(parent -> client.setTag(child.runId(), PARENT_TAG, parent.getRunId()));
          return child;
        });
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
    server.call(
        "deleting twins of run " + run.runId(),
        client -> {
          for (Service.RunInfo twin : ofOwnId(client, run.experimentId(), ownId)) {
            if (!twin.getRunId().equals(run.runId())) {
              client.deleteRun(twin.getRunId());
            }
          }
          return run;
        });
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
