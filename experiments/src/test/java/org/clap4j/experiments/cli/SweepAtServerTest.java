package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.mlflow.MlflowServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;

/** A sweep with runs that fail among good ones, as a real MLflow server has it. */
class SweepAtServerTest {

  private static final String END_TAG = "clap4j.end";

  @TempDir Path folder;

  private @Nullable MlflowServer server;

  @BeforeEach
  void startServer() throws IOException, InterruptedException {
    server = MlflowServer.startOrSkip(folder.resolve("server"));
  }

  @AfterEach
  void stopServer() throws IOException, InterruptedException {
    if (server != null) {
      server.kill();
    }
  }

  private URI uri() {
    return Objects.requireNonNull(server).uri();
  }

  private Map<String, String> variables() {
    return Map.of("HOME", folder.toString(), "MLFLOW_TRACKING_URI", uri().toString());
  }

  /** Runs a command whose own processes know the server. */
  private Answer run(Object... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    int status =
        TestProgram.process(variables(), arguments)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Answer(status, Files.readString(out), Files.readString(err));
  }

  /** What failed, by the run's name: the messages of the document that the sweep prints. */
  private static Map<String, String> failures(Answer answer) {
    Map<String, String> failures = new LinkedHashMap<>();
    for (JsonElement element :
        JsonParser.parseString(answer.out()).getAsJsonObject().getAsJsonArray("failures")) {
      JsonObject failure = element.getAsJsonObject();
      failures.put(failure.get("name").getAsString(), failure.get("message").getAsString());
    }
    return failures;
  }

  private List<Service.Run> search(String filter) {
    try (MlflowClient client = new MlflowClient(uri().toString())) {
      String experiment = client.getExperimentByName("clap4j").orElseThrow().getExperimentId();
      return client
          .searchRuns(List.of(experiment), filter, Service.ViewType.ACTIVE_ONLY, 100)
          .getItems();
    }
  }

  private Service.Run parent(Path directory) {
    List<Service.Run> runs =
        search("attributes.run_name = '" + directory.getFileName().toString() + "'");
    assertEquals(1, runs.size());
    return runs.get(0);
  }

  private static Map<String, String> tags(Service.Run run) {
    return run.getData().getTagsList().stream()
        .collect(Collectors.toMap(Service.RunTag::getKey, Service.RunTag::getValue));
  }

  private static Map<String, Double> metrics(Service.Run run) {
    return run.getData().getMetricsList().stream()
        .collect(Collectors.toMap(Service.Metric::getKey, Service.Metric::getValue));
  }

  /** The runs that are nested below another, by name. */
  private Map<String, Service.Run> children(Service.Run parent) {
    Map<String, Service.Run> children = new TreeMap<>();
    String below = "tags.`mlflow.parentRunId` = '" + parent.getInfo().getRunId() + "'";
    search(below).forEach(child -> children.put(child.getInfo().getRunName(), child));
    assertEquals(4, search("").size());
    return children;
  }

  private static <T> T of(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static Map<String, String> statuses(Map<String, Service.Run> runs) {
    Map<String, String> statuses = new TreeMap<>();
    runs.forEach((name, run) -> statuses.put(name, run.getInfo().getStatus().name()));
    return statuses;
  }

  private void assertSummaryIsThere(Service.Run parent, Path directory)
      throws IOException, InterruptedException {
    for (String file : List.of("summary.csv", "runs.csv")) {
      String path = parent.getInfo().getExperimentId() + "/" + parent.getInfo().getRunId();
      URI artifact =
          URI.create(uri() + "/api/2.0/mlflow-artifacts/artifacts/" + path + "/artifacts/" + file);
      assertEquals(
          Files.readString(directory.resolve(file)),
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(artifact).build(), HttpResponse.BodyHandlers.ofString())
              .body());
    }
  }

  private void assertNothingIsLost(Path directory) {
    Answer verified = TestProgram.run(variables(), "sync", "--verify", directory);
    assertEquals(0, verified.status(), verified.out());
    assertEquals(4, verified.out().lines().filter(line -> line.startsWith("complete ")).count());
  }

  @Test
  void failedRunsAreToldFromGoodOnesAndTriedAgainWhereAsked()
      throws IOException, InterruptedException {
    TestProgram.config(folder);
    Path noises = Files.createDirectory(folder.resolve("noises"));
    Path sweep =
        Files.writeString(
            folder.resolve("tries.yaml"),
            """
            base: tiny.yaml
            set: {tracking: {type: mlflow, system-metrics-seconds: 0, log-model: false}}
            list:
              - {optimizer.lr: 1e30}
              - {augmentation.noise: {probability: 1, directory: %s}}
              - {optimizer.lr: 2e-3}
            """
                .formatted(noises));
    Answer answer = run("sweep", sweep, "--json");
    assertEquals(1, answer.status(), answer.err());
    Path directory;
    try (Stream<Path> made = Files.list(folder.resolve("runs"))) {
      directory = made.findFirst().orElseThrow();
    }
    Map<String, String> failures = failures(answer);
    List<String> failed = List.copyOf(failures.keySet());
    assertEquals(2, failed.size(), failures::toString);
    String diverged = failed.get(0);
    String withoutNoise = failed.get(1);
    String good = "lr=2e-3";
    assertEquals("lr=1e30", diverged);
    assertTrue(of(failures, diverged).startsWith("step 2: the loss is NaN"), failures::toString);
    assertTrue(
        of(failures, withoutNoise)
            .startsWith("augmentation.noise.directory: " + noises + " holds no recordings; "),
        failures::toString);

    Service.Run parent = parent(directory);
    assertEquals(Service.RunStatus.FAILED, parent.getInfo().getStatus());
    assertEquals(
        "2 of 3 runs failed: " + diverged + "; " + withoutNoise, tags(parent).get(END_TAG));
    assertEquals(Map.of("sweep/finished", 1.0, "sweep/failed", 2.0), metrics(parent));
    assertSummaryIsThere(parent, directory);
    Map<String, Service.Run> children = children(parent);
    assertEquals(
        Map.of(diverged, "FAILED", withoutNoise, "FAILED", good, "FINISHED"), statuses(children));
    failures.forEach(
        (name, message) -> assertEquals(message, tags(of(children, name)).get(END_TAG)));
    assertTrue(metrics(of(children, good)).containsKey("test/text_to_audio/R_at_1"));
    assertNothingIsLost(directory);

    // Going on leaves failed runs alone.
    Answer again = TestProgram.run(variables(), "sweep", directory, "--json");
    assertEquals(1, again.status(), again.err());
    assertEquals(failures, failures(again));
    assertEquals(Service.RunStatus.FAILED, parent(directory).getInfo().getStatus());
    Map<String, Service.Run> untouched = children(parent(directory));
    children.forEach(
        (name, run) -> assertEquals(run.getInfo(), of(untouched, name).getInfo(), name));

    // Tried again, one has what it lacked, and the other cannot do better.
    Tone.write(noises.resolve("hum.wav"), 100, 1);
    Answer retried = run("sweep", directory, "--retry-failed", "--json");
    assertEquals(1, retried.status(), retried.err());
    assertEquals(Map.of(diverged, of(failures, diverged)), failures(retried));
    Service.Run end = parent(directory);
    assertEquals(parent.getInfo().getRunId(), end.getInfo().getRunId());
    assertEquals(Service.RunStatus.FAILED, end.getInfo().getStatus());
    assertEquals("1 of 3 runs failed: " + diverged, tags(end).get(END_TAG));
    assertEquals(Map.of("sweep/finished", 2.0, "sweep/failed", 1.0), metrics(end));
    assertSummaryIsThere(end, directory);
    assertEquals(
        Map.of(diverged, "FAILED", withoutNoise, "FINISHED", good, "FINISHED"),
        statuses(children(end)));
    assertNothingIsLost(directory);
  }
}
