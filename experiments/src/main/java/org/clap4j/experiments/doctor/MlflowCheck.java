package org.clap4j.experiments.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.clap4j.training.tracking.mlflow.MlflowSettings;

/** Asks the MLflow server whether it is well. */
final class MlflowCheck {

  private static final String TOPIC = "mlflow";
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final MlflowSettings settings;

  MlflowCheck(MlflowSettings settings) {
    this.settings = settings;
  }

  Finding finding() {
    if (settings.uri() == null) {
      return Finding.ok(
          TOPIC, "MLFLOW_TRACKING_URI is not set; runs keep their journal and report.html only");
    }
    String server = settings.publicUri();
    try {
      HttpResponse<String> health = get(server + "/health");
      if (health.statusCode() == 200) {
        return Finding.ok(TOPIC, server + " is healthy, version " + version(server));
      }
      return Finding.problem(
          TOPIC,
          server + " answers HTTP " + health.statusCode() + " at /health",
          "check that the address is that of an MLflow server");
    } catch (IOException e) {
      return Finding.problem(
          TOPIC,
          server + " cannot be reached (" + e + ")",
          "start it (docs/tracking.md) or correct MLFLOW_TRACKING_URI; training goes on without it,"
              + " and clap4j sync sends runs later");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.problem(TOPIC, server + " was not waited for", "ask again");
    }
  }

  private static String version(String server) throws IOException, InterruptedException {
    HttpResponse<String> version = get(server + "/version");
    return version.statusCode() == 200 ? version.body().strip() : "unknown";
  }

  private static HttpResponse<String> get(String address) throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .connectTimeout(DEADLINE)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create(address)).timeout(DEADLINE).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
