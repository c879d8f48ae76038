package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonObject;
import java.util.List;
import org.clap4j.core.tracking.TrackedDataset;

/**
 * Names the data that a run reads. A server keeps one input of a run for each name and digest, and
 * its first use; to log it again changes nothing.
 */
final class DatasetInputs {

  /** The tag by which the dashboard says what a dataset was used for. */
  static final String USE_TAG = "mlflow.data.context";

  private DatasetInputs() {}

  /** Logs one. */
  static void log(ServerConnection server, String runId, TrackedDataset dataset)
      throws ServerException, InterruptedException {
    JsonObject request = new JsonObject();
    request.addProperty("run_id", runId);
    request.add("datasets", LogBatch.array(List.of(dataset), DatasetInputs::input));
    var unused =
        server.post("logging dataset " + key(dataset), "runs/log-inputs", request.toString());
  }

  /** What a server tells datasets apart by. */
  static String key(TrackedDataset dataset) {
    return key(dataset.name(), dataset.digest());
  }

  static String key(String name, String digest) {
    return name + " (" + digest + ")";
  }

  private static JsonObject input(TrackedDataset dataset) {
    JsonObject profile = new JsonObject();
    profile.addProperty("num_rows", dataset.clips());
    profile.addProperty("num_captions", dataset.captions());
    JsonObject described = new JsonObject();
    described.addProperty("name", dataset.name());
    described.addProperty("digest", dataset.digest());
    described.addProperty("source_type", dataset.sourceType());
    described.addProperty("source", dataset.source());
    described.addProperty("profile", profile.toString());
    JsonObject input = new JsonObject();
    input.add("dataset", described);
    input.add("tags", LogBatch.array(List.of(dataset.use()), use -> LogBatch.json(USE_TAG, use)));
    return input;
  }
}
