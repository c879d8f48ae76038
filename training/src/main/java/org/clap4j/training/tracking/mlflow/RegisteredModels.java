package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Versions of a registered model. The server makes another version whenever one is created; so
 * those of the run are searched for first.
 */
final class RegisteredModels {

  private final ServerConnection server;
  private final UploadState run;
  private final String name;

  /** The versions of one name that come from one run. */
  RegisteredModels(ServerConnection server, UploadState run, String name) {
    this.server = server;
    this.run = run;
    this.name = name;
  }

  /** Makes a logged model a version, unless it is one. */
  void register(String modelId) throws ServerException, InterruptedException {
    if (versions(modelId).isEmpty()) {
      createName();
      JsonObject request = named();
      request.addProperty("source", source(modelId));
      request.addProperty("run_id", run.runId());
      request.addProperty("model_id", modelId);
      var unused = server.post(what(), "model-versions/create", request.toString());
    }
    deleteTwins(modelId);
  }

  /** Deletes the versions of a model that only a lost answer has left; the oldest is kept. */
  void deleteTwins(String modelId) throws ServerException, InterruptedException {
    for (int twin : versions(modelId).stream().skip(1).toList()) {
      JsonObject request = named();
      request.addProperty("version", Integer.toString(twin));
      var unused = server.send(what(), "DELETE", "model-versions/delete", request.toString());
    }
  }

  /** The versions of a model, the oldest first. */
  List<Integer> versions(String modelId) throws ServerException, InterruptedException {
    String ofRun = "name = '" + name.replace("'", "''") + "' AND run_id = '" + run.runId() + "'";
    JsonObject answer =
        server.get(
            what(),
            "model-versions/search?filter=" + URLEncoder.encode(ofRun, StandardCharsets.UTF_8));
    List<Integer> versions = new ArrayList<>();
    for (JsonElement element : ServerAnswers.items(answer, "model_versions")) {
      JsonObject version = element.getAsJsonObject();
      if (version.get("source").getAsString().equals(source(modelId))) {
        versions.add(version.get("version").getAsInt());
      }
    }
    versions.sort(Comparator.naturalOrder());
    return versions;
  }

  /** Creates the name; that it is there already is as good. */
  private void createName() throws ServerException, InterruptedException {
    try {
      var unused = server.post(what(), "registered-models/create", named().toString());
    } catch (ServerException e) {
      if (!e.text().contains("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
  }

  private JsonObject named() {
    JsonObject request = new JsonObject();
    request.addProperty("name", name);
    return request;
  }

  private String what() {
    return "registering model '" + name + "'";
  }

  private static String source(String modelId) {
    return "models:/" + modelId;
  }
}
