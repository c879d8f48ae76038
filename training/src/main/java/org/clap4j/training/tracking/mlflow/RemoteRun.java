package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clap4j.core.tracking.RunTracker;
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

  /** Opens the experiment in the dashboard as model training, not as GenAI. */
  private static final String KIND_TAG = "mlflow.experimentKind";

  private static final String KIND = "custom_model_development";

  private RemoteRun() {}

  /** Finds or creates the run, and its experiment if needed. */
  static UploadState attach(
      ServerConnection server, String uri, String experiment, JournalEntry.Started started)
      throws ServerException, InterruptedException {
    String experimentId =
        server.call(
            "finding experiment '" + experiment + "'", client -> experimentId(client, experiment));
    Service.RunInfo run =
        server.call(
            "finding run '" + started.name() + "'",
            client ->
                find(client, experimentId, started.runId())
                    .orElseGet(() -> create(client, experimentId, started)));
    return new UploadState(uri, experimentId, run.getRunId(), run.getArtifactUri(), 0);
  }

  /** Whether the server still has a run that an earlier process made. */
  static boolean exists(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    try {
      return server.call(
          "looking for run " + runId,
          client -> "active".equals(client.getRun(runId).getInfo().getLifecycleStage()));
    } catch (ServerException e) {
      if (e.kind() == ServerException.Kind.RUN_MISSING) {
        return false;
      }
      throw e;
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

  private static Optional<Service.RunInfo> find(
      MlflowClient client, String experimentId, String ownId) {
    String byOwnId = "tags.`" + RUN_ID_TAG + "` = '" + ownId + "'";
    return client
        .searchRuns(List.of(experimentId), byOwnId, Service.ViewType.ACTIVE_ONLY, 1)
        .getItems()
        .stream()
        .map(Service.Run::getInfo)
        .findFirst();
  }

  private static Service.RunInfo create(
      MlflowClient client, String experimentId, JournalEntry.Started started) {
    return client.createRun(
        Service.CreateRun.newBuilder()
            .setExperimentId(experimentId)
            .setRunName(started.name())
            .setStartTime(started.timeMillis())
            .addTags(Service.RunTag.newBuilder().setKey(RUN_ID_TAG).setValue(started.runId()))
            .build());
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

  /** Sets the run's status, with the time at which it ended. */
  static void end(ServerConnection server, String runId, JournalEntry.Ended ended)
      throws ServerException, InterruptedException {
    server.call(
        "ending run " + runId,
        client -> {
          client.setTerminated(runId, status(ended.status()), ended.timeMillis());
          return runId;
        });
  }

  private static Service.RunStatus status(RunTracker.Status status) {
    return switch (status) {
      case FINISHED -> Service.RunStatus.FINISHED;
      case FAILED -> Service.RunStatus.FAILED;
      case KILLED -> Service.RunStatus.KILLED;
    };
  }

  /** Says that an ended run goes on. */
  static void reopen(ServerConnection server, String runId)
      throws ServerException, InterruptedException {
    JsonObject update = new JsonObject();
    update.addProperty("run_id", runId);
    update.addProperty("status", "RUNNING");
    server.call(
        "reopening run " + runId, client -> client.sendPost("runs/update", update.toString()));
  }
}
