package org.clap4j.training.tracking.mlflow;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * How far a run has come to a server; kept in {@code mlflow.json} of the run directory.
 *
 * @param uri the server, without secrets
 * @param experimentId the experiment on that server; empty until the server has been asked
 * @param runId the server's name for the run, found there or {@linkplain #wanted wanted}
 * @param artifactUri where the server keeps the run's artifacts; empty until it has been asked
 * @param offset up to which byte of the journal the server has confirmed
 */
record UploadState(String uri, String experimentId, String runId, String artifactUri, long offset) {

  static final String FILE_NAME = "mlflow.json";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** A run of the server that has not been asked for it yet. */
  static UploadState wanted(String uri, String runId) {
    return new UploadState(uri, "", runId, "", 0);
  }

  /** Whether the server has been asked for the run. */
  boolean isAttached() {
    return !experimentId.isEmpty();
  }

  UploadState withOffset(long newOffset) {
    return new UploadState(uri, experimentId, runId, artifactUri, newOffset);
  }

  /** The page of the run in the dashboard's view for model training; the other one is for GenAI. */
  String runPage() {
    return uri
        + "/#/experiments/"
        + experimentId
        + "/runs/"
        + runId
        + "?workflowType=machine_learning";
  }

  /** What an earlier process left for the same server; empty if nothing, or nothing usable. */
  static Optional<UploadState> load(Path directory, String uri) throws IOException {
    Path file = directory.resolve(FILE_NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      UploadState state = GSON.fromJson(Files.readString(file), UploadState.class);
      return Optional.ofNullable(state)
          .filter(known -> known.isComplete() && known.uri.equals(uri));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("ConstantValue") // gson leaves what the file does not have null
  private boolean isComplete() {
    return uri != null && experimentId != null && runId != null && artifactUri != null;
  }

  /** Replaces the file in one move, so that it is never half written. */
  void save(Path directory) throws IOException {
    Path aside = directory.resolve(FILE_NAME + ".tmp");
    Files.writeString(aside, GSON.toJson(this) + "\n");
    Files.move(
        aside,
        directory.resolve(FILE_NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
