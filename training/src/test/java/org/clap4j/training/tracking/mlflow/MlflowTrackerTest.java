package org.clap4j.training.tracking.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.testkit.mlflow.MlflowServer;
import org.clap4j.training.tracking.JournalTracker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MlflowTrackerTest {

  /** Logging 1,000 steps takes about 50 ms; seconds of it would be the server's doing. */
  private static final Duration UNDISTURBED = Duration.ofSeconds(2);

  /** Five seconds of patience with a silent server and two for its thread, and slack. */
  private static final Duration BOUNDED_CLOSE = Duration.ofSeconds(12);

  private static final Duration SHORT_DEADLINE = Duration.ofMillis(500);

  @TempDir static Path temporary;
  private @Nullable MlflowServer server;

  private MlflowServer server() throws IOException, InterruptedException {
    if (server == null) {
      server = MlflowServer.startOrSkip(temporary.resolve("server"));
    }
    return server;
  }

  @AfterAll
  void stopServer() throws IOException, InterruptedException {
    if (server != null) {
      server.kill();
    }
  }

  private static Path runDirectory(String name) throws IOException {
    return Files.createDirectories(temporary.resolve("runs").resolve(name));
  }

  /** Without metrics of the machine, which come when they come. */
  private static final MlflowConfig CONFIG = MlflowConfig.defaults().withSystemMetrics(0);

  private static RunTracker open(URI uri, TrackedRun run) throws IOException {
    return new MlflowTrackerFactory(MlflowSettings.of(uri), Clock.systemUTC()).open(CONFIG, run);
  }

  /** For a server that is not waited for long. */
  private static RunTracker openWithoutPatience(URI uri, TrackedRun run) throws IOException {
    return new MlflowTracker(
        JournalTracker.open(run, Clock.systemUTC()),
        new MlflowUploader(
            run.directory(),
            MlflowSettings.of(uri),
            CONFIG,
            new MlflowUploader.Patience(SHORT_DEADLINE, SHORT_DEADLINE, SHORT_DEADLINE)));
  }

  private static Service.Run onlyRun(MlflowClient client, String name) {
    String experiment = client.getExperimentByName("clap4j").orElseThrow().getExperimentId();
    String byName = "attributes.run_name = '" + name + "'";
    List<Service.Run> runs =
        client.searchRuns(List.of(experiment), byName, Service.ViewType.ACTIVE_ONLY, 10).getItems();
    assertEquals(1, runs.size());
    return runs.get(0);
  }

  private static Map<String, String> params(Service.Run run) {
    return run.getData().getParamsList().stream()
        .collect(Collectors.toMap(Service.Param::getKey, Service.Param::getValue));
  }

  private static Map<String, String> tags(Service.Run run) {
    return run.getData().getTagsList().stream()
        .collect(Collectors.toMap(Service.RunTag::getKey, Service.RunTag::getValue));
  }

  /** The client's own listing needs a Python installation. */
  private static List<String> artifacts(MlflowClient client, String runId, String path) {
    String answer = client.sendGet("artifacts/list?run_id=" + runId + "&path=" + path);
    return JsonParser.parseString(answer)
        .getAsJsonObject()
        .getAsJsonArray("files")
        .asList()
        .stream()
        .map(file -> file.getAsJsonObject().get("path").getAsString())
        .sorted()
        .toList();
  }

  @Test
  void runWithResumeArrivesOnceAndWhole() throws IOException, InterruptedException {
    URI uri = server().uri();
    Path directory = runDirectory("whole");
    Path best = Files.createDirectories(directory.resolve("checkpoints/step-40"));
    Files.writeString(best.resolve("state.json"), "{}");
    Files.writeString(directory.resolve("report.html"), "<h1>ü</h1>");

    try (RunTracker tracker = open(uri, TrackedRun.fresh("whole", directory))) {
      tracker.params(Map.of("optimizer.lr", "1e-3", "long", "x".repeat(7000)));
      tracker.tags(Map.of("mlflow.user", "someone"));
      for (int step = 1; step <= 50; step++) {
        tracker.metrics(Map.of("train/loss", 1.0 / step, "val/R@1", 0.01 * step), step);
      }
      tracker.metrics(Map.of("train/loss", Double.NaN), 51);
      tracker.end(RunTracker.Status.KILLED, "interrupted");
    }
    try (RunTracker tracker = open(uri, TrackedRun.resumed("whole", directory, 40))) {
      tracker.params(Map.of("optimizer.lr", "2e-3"));
      for (int step = 41; step <= 60; step++) {
        tracker.metrics(Map.of("train/loss", 1.0 / step), step);
      }
      tracker.artifact(best, "checkpoints/best");
      tracker.artifact(best, "checkpoints/last");
      tracker.artifact(directory.resolve("report.html"), "report.html");
      tracker.artifact(directory.resolve("never-written.png"), "images/a b.png");
      tracker.end(RunTracker.Status.FINISHED, "done");
    }

    try (MlflowClient client = new MlflowClient(uri.toString())) {
      Service.Run run = onlyRun(client, "whole");
      String id = run.getInfo().getRunId();
      assertEquals(Service.RunStatus.FINISHED, run.getInfo().getStatus());
      List<Service.Metric> losses = client.getMetricHistory(id, "train/loss");
      assertEquals(60, losses.size());
      assertEquals(60, losses.stream().map(Service.Metric::getStep).distinct().count());
      assertEquals(50, client.getMetricHistory(id, "val/R_at_1").size());
      assertEquals(
          1.0, client.getMetricHistory(id, JournalTracker.NONFINITE_COUNT).get(0).getValue());
      assertEquals("1e-3", params(run).get("optimizer.lr"));
      assertEquals("x".repeat(5999) + "…", params(run).get("long"));
      assertEquals("optimizer.lr: 1e-3 -> 2e-3", tags(run).get(JournalCollector.DRIFT_TAG));
      assertEquals("done", tags(run).get(JournalCollector.END_TAG));
      assertEquals("train/loss", tags(run).get(JournalTracker.NONFINITE_TAG));
      assertEquals("someone", tags(run).get("mlflow.user"));
      assertEquals(List.of("checkpoints", "report.html"), artifacts(client, id, ""));
      assertEquals(List.of("checkpoints/best"), artifacts(client, id, "checkpoints"));
      assertEquals(
          List.of("checkpoints/best/state.json"), artifacts(client, id, "checkpoints/best"));
    }
  }

  @Test
  void runOfDeadServerIsSentLaterAndOnlyOnce() throws IOException, InterruptedException {
    URI alive = server().uri();
    Path directory = runDirectory("later");
    try (RunTracker tracker =
        openWithoutPatience(deadServer(), TrackedRun.fresh("later", directory))) {
      tracker.metrics(Map.of("train/loss", 1.0), 1);
      tracker.end(RunTracker.Status.FINISHED, "done");
    }
    MlflowSync sync = new MlflowSync(MlflowSettings.of(alive));
    assertTrue(sync.send(directory, MlflowConfig.defaults()));
    Files.delete(directory.resolve(UploadState.FILE_NAME));
    assertTrue(sync.send(directory, MlflowConfig.defaults()));
    try (MlflowClient client = new MlflowClient(alive.toString())) {
      Service.Run run = onlyRun(client, "later");
      assertEquals(1, client.getMetricHistory(run.getInfo().getRunId(), "train/loss").size());
      assertEquals(Service.RunStatus.FINISHED, run.getInfo().getStatus());
    }
  }

  @Test
  void everyPointArrivesOnceAtAServerThatIsKilledAndStartedAgain()
      throws IOException, InterruptedException {
    URI uri = server().uri();
    int points = Integer.getInteger("clap4j.test.points", 5000);
    Path directory = runDirectory("killed");
    Path report = Files.writeString(directory.resolve("report.html"), "<h1>ü</h1>");
    try (RunTracker tracker = open(uri, TrackedRun.fresh("killed", directory))) {
      tracker.params(Map.of("optimizer.lr", "1e-3"));
      tracker.tags(Map.of("mlflow.user", "someone"));
      for (String use : List.of("training", "test")) {
        tracker.dataset(new TrackedDataset("sounds", "digest-" + use, use, "folder", "{}", 10, 20));
      }
      tracker.artifact(report, "before.html");
      for (int step = 1; step <= points; step++) {
        tracker.metrics(Map.of("train/loss", 1.0 / step), step);
      }
      while (!Files.exists(directory.resolve(UploadState.FILE_NAME))) {
        Thread.onSpinWait();
      }
      server().kill();
      server =
          MlflowServer.start(
              System.getenv(MlflowServer.EXECUTABLE), temporary.resolve("server"), uri.getPort());
      tracker.artifact(report, "after.html");
      tracker.end(RunTracker.Status.FINISHED, "done");
    }
    MlflowSync sync = new MlflowSync(MlflowSettings.of(uri));
    assertTrue(sync.send(directory, MlflowConfig.defaults()));
    Verification verification = sync.verify(directory, MlflowConfig.defaults());
    assertEquals(List.of(), verification.differences());
    assertEquals(
        List.of(
            new Verification.Part("metric points", points, points, 0),
            new Verification.Part("params", 1, 1, 0),
            new Verification.Part("tags", 2, 2, 0),
            new Verification.Part("datasets", 2, 2, 0),
            new Verification.Part("artifact files", 2, 2, 0),
            new Verification.Part("models", 0, 0, 0)),
        verification.parts());
    try (MlflowClient client = new MlflowClient(uri.toString())) {
      assertEquals(Service.RunStatus.FINISHED, onlyRun(client, "killed").getInfo().getStatus());
    }
  }

  @Test
  void everyNameIsTakenOnceItIsSanitised() throws IOException, InterruptedException {
    URI uri = server().uri();
    Path directory = runDirectory("names");
    Random random = new Random(5);
    String letters = "aZ9_-. :/@%\\\"\n\0äλ…🔊";
    int[] codePoints = letters.codePoints().toArray();
    Map<String, Double> names = new LinkedHashMap<>();
    for (int i = 0; i < 1000; i++) {
      int length = i < 900 ? random.nextInt(7) : 245 + random.nextInt(12);
      StringBuilder name = new StringBuilder();
      while (name.length() < length) {
        name.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
      }
      names.put(name.toString(), 0.5);
    }
    try (RunTracker tracker = open(uri, TrackedRun.fresh("names", directory))) {
      tracker.metrics(names, 1);
      Map<String, String> texts = new LinkedHashMap<>();
      names.keySet().forEach(name -> texts.put(name, "x"));
      tracker.params(texts);
      tracker.tags(texts);
      tracker.end(RunTracker.Status.FINISHED, "done");
    }
    assertFalse(Files.exists(directory.resolve(RejectedEntries.FILE_NAME)));
    Verification verification =
        new MlflowSync(MlflowSettings.of(uri)).verify(directory, MlflowConfig.defaults());
    assertEquals(List.of(), verification.differences());
  }

  @Test
  void valueThatServerRefusesDoesNotTakeOthersAlong() throws IOException, InterruptedException {
    URI uri = server().uri();
    Path directory = runDirectory("refused");
    try (RunTracker tracker = open(uri, TrackedRun.fresh("refused", directory))) {
      tracker.params(Map.of("a", "1"));
      tracker.end(RunTracker.Status.FINISHED, "");
    }
    try (MlflowClient client = new MlflowClient(uri.toString())) {
      String id = onlyRun(client, "refused").getInfo().getRunId();
      client.logParam(id, "b", "somebody else's");
      try (RunTracker tracker = open(uri, TrackedRun.resumed("refused", directory, 0))) {
        tracker.params(Map.of("b", "ours", "c", "3"));
        tracker.metrics(Map.of("train/loss", 1.0), 1);
      }
      assertEquals(1, client.getMetricHistory(id, "train/loss").size());
      assertEquals(Map.of("a", "1", "b", "somebody else's", "c", "3"), params(client.getRun(id)));
    }
  }

  private static JsonObject read(MlflowClient client, String path) {
    return JsonParser.parseString(client.sendGet(path)).getAsJsonObject();
  }

  private static byte[] download(URI server, String path) throws IOException, InterruptedException {
    URI uri = URI.create(server + "/api/2.0/mlflow-artifacts/artifacts/" + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  /** Sent twice from the start, as after a loss of {@code mlflow.json}. */
  @Test
  void everythingThatTheDashboardShowsArrivesOnce() throws IOException, InterruptedException {
    URI uri = server().uri();
    Path directory = runDirectory("shown");
    String image = "images/val~similarity+step+5+timestamp+1790000000000+0f3a.png";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(image, new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    files.put(image.replace(".png", "+compressed.png"), new byte[] {(byte) 0x89, 'P'});
    files.put("eval/val/step-000005.json", "{\"columns\":[],\"data\":[]}".getBytes(UTF_8));
    files.put("clips/1-dog.wav", "RIFF".getBytes(UTF_8));
    TrackedDataset test = new TrackedDataset("sounds", "aa", "test", "folder", "{}", 10, 20);
    MlflowConfig config = CONFIG.withRegisteredModel("shown-clap");
    try (RunTracker tracker =
        new MlflowTrackerFactory(MlflowSettings.of(uri), Clock.systemUTC())
            .open(config, TrackedRun.fresh("shown", directory))) {
      tracker.dataset(test);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.resolveSibling(""));
        tracker.artifact(Files.write(path, file.getValue()), file.getKey());
      }
      Path model = Files.createDirectories(directory.resolve("models/step-5/words"));
      Files.writeString(model.resolve("words.txt"), "dog");
      Files.writeString(model.resolveSibling("README.md"), "# A model");
      tracker.metrics(Map.of("test/loss", 0.25), 7);
      tracker.model(
          new TrackedModel(
              "shown.1",
              5,
              directory.resolve("models/step-5"),
              Map.of("head.dim", "8"),
              List.of("test/loss"),
              test));
      tracker.end(RunTracker.Status.FINISHED, "done");
    }
    MlflowSync sync = new MlflowSync(MlflowSettings.of(uri));
    Files.delete(directory.resolve(UploadState.FILE_NAME));
    assertTrue(sync.send(directory, config));
    assertEquals(List.of(), sync.verify(directory, config).differences());

    try (MlflowClient client = new MlflowClient(uri.toString())) {
      Service.Run run = onlyRun(client, "shown");
      String id = run.getInfo().getRunId();
      String experiment = run.getInfo().getExperimentId();
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        String path = experiment + "/" + id + "/artifacts/" + file.getKey().replace("+", "%2B");
        assertArrayEquals(file.getValue(), download(uri, path), file.getKey());
      }
      JsonObject known = read(client, "runs/get?run_id=" + id).getAsJsonObject("run");
      JsonArray datasets = known.getAsJsonObject("inputs").getAsJsonArray("dataset_inputs");
      assertEquals(1, datasets.size());
      assertEquals(
          "{\"name\":\"sounds\",\"digest\":\"aa\",\"source_type\":\"folder\",\"source\":\"{}\","
              + "\"profile\":\"{\\\"num_rows\\\":10,\\\"num_captions\\\":20}\"}",
          datasets.get(0).getAsJsonObject().get("dataset").toString());
      JsonArray outputs = known.getAsJsonObject("outputs").getAsJsonArray("model_outputs");
      assertEquals(1, outputs.size());
      String modelId = outputs.get(0).getAsJsonObject().get("model_id").getAsString();
      JsonObject model = read(client, "logged-models/" + modelId).getAsJsonObject("model");
      JsonObject info = model.getAsJsonObject("info");
      assertEquals("shown-1", info.get("name").getAsString());
      assertEquals("LOGGED_MODEL_READY", info.get("status").getAsString());
      assertTrue(info.get("tags").toString().contains("\"# A model\""), info::toString);
      JsonObject data = model.getAsJsonObject("data");
      assertEquals("[{\"key\":\"head.dim\",\"value\":\"8\"}]", data.get("params").toString());
      assertEquals(1, data.getAsJsonArray("metrics").size());
      JsonObject metric = data.getAsJsonArray("metrics").get(0).getAsJsonObject();
      assertEquals(0.25, metric.get("value").getAsDouble());
      assertEquals("aa", metric.get("dataset_digest").getAsString());
      assertArrayEquals(
          "dog".getBytes(UTF_8),
          download(uri, experiment + "/models/" + modelId + "/artifacts/words/words.txt"));
      JsonArray versions =
          read(client, "model-versions/search?filter=name%3D%27shown-clap%27")
              .getAsJsonArray("model_versions");
      assertEquals(1, versions.size());
      assertEquals(
          "models:/" + modelId, versions.get(0).getAsJsonObject().get("source").getAsString());
      assertEquals(1, client.getMetricHistory(id, "test/loss").size());
    }
  }

  private static URI deadServer() throws IOException {
    return URI.create("http://127.0.0.1:" + MlflowServer.freePort());
  }

  @Test
  void deadServerNeitherSlowsNorStopsTraining() throws IOException {
    Path directory = runDirectory("dead");
    RunTracker tracker = open(deadServer(), TrackedRun.fresh("dead", directory));
    assertTrainingUndisturbed(tracker);
  }

  @Test
  void silentServerNeitherSlowsNorStopsTraining() throws IOException {
    // Accepts connections and never says a word.
    try (ServerSocket silent = new ServerSocket(0)) {
      Path directory = runDirectory("silent");
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      assertTrainingUndisturbed(openWithoutPatience(uri, TrackedRun.fresh("silent", directory)));
    }
  }

  private static void assertTrainingUndisturbed(RunTracker tracker) {
    Duration logging = timed(() -> logThousandSteps(tracker));
    Duration closing = timed(tracker::close);
    assertTrue(logging.compareTo(UNDISTURBED) < 0, () -> "logging took " + logging);
    assertTrue(closing.compareTo(BOUNDED_CLOSE) < 0, () -> "closing took " + closing);
  }

  private static void logThousandSteps(RunTracker tracker) {
    for (int step = 0; step < 1000; step++) {
      tracker.metrics(Map.of("train/loss", 1.0), step);
    }
    tracker.end(RunTracker.Status.FINISHED, "done");
  }

  private static Duration timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void secretsStayOutOfText() {
    URI uri = URI.create("https://user:hunter2@example.org/mlflow/");
    MlflowSettings settings =
        new MlflowSettings(uri, null, null, "tok3n", ServerTrust.OF_JAVA, null, null);
    assertEquals("MlflowSettings[https://example.org/mlflow]", settings.toString());
    assertEquals("hunter2", settings.password());
    assertFalse(settings.publicUri().contains("user"));
  }
}
