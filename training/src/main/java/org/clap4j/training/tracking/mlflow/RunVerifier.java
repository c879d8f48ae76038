package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service;

/**
 * Compares a run's journal with what a server has: every metric point by key, step, value and time,
 * every param, tag, dataset, artifact and model, and the status. Histories are read page by page
 * over REST, since the client's own call ends at 25,000 points.
 */
final class RunVerifier {

  private static final int POINTS_PER_PAGE = 10_000;

  private final Path directory;
  private final ServerConnection server;
  private final MlflowConfig config;
  private final List<Verification.Part> parts = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();

  RunVerifier(Path directory, ServerConnection server, MlflowConfig config) {
    this.directory = directory;
    this.server = server;
    this.config = config;
  }

  /** A point as both sides know it. */
  private record Point(long step, double value, long timestamp) {}

  Verification verify(UploadState state) throws ServerException, IOException, InterruptedException {
    List<JournalEntry> entries =
        new JournalReader(directory.resolve(JournalTracker.FILE_NAME)).readAll();
    LogBatch expected = new LogBatch();
    JournalCollector collector = new JournalCollector();
    entries.forEach(entry -> collector.collect(entry, expected));
    Set<JsonObject> rejected = new RejectedEntries(directory).read();
    JsonObject run = get("runs/get?run_id=" + state.runId()).getAsJsonObject("run");
    JsonObject data = run.getAsJsonObject("data");

    verifyMetrics(state.runId(), expected.metrics(), rejected);
    verifyTexts(
        "param",
        texts(expected.params(), Service.Param::getKey, Service.Param::getValue),
        texts(
            ServerAnswers.items(data, "params"),
            item -> ServerAnswers.text(item, "key"),
            item -> ServerAnswers.text(item, "value")),
        rejected);
    verifyTexts(
        "tag",
        texts(expected.tags(), Service.RunTag::getKey, Service.RunTag::getValue),
        texts(
            ServerAnswers.items(data, "tags"),
            item -> ServerAnswers.text(item, "key"),
            item -> ServerAnswers.text(item, "value")),
        rejected);
    verifyTexts("dataset", uses(entries), uses(run), rejected);
    verifyArtifacts(state.runId(), entries, rejected);
    verifyModels(state, entries, rejected);
    verifyStatus(run, JournalSummary.of(entries));
    return new Verification(parts, differences);
  }

  private void verifyMetrics(String runId, List<Service.Metric> metrics, Set<JsonObject> rejected)
      throws ServerException, InterruptedException {
    Map<String, List<Point>> expected = new TreeMap<>();
    long refused = 0;
    for (Service.Metric metric : metrics) {
      if (rejected.contains(RejectedEntries.json(metric))) {
        refused++;
      } else {
        expected
            .computeIfAbsent(metric.getKey(), unused -> new ArrayList<>())
            .add(new Point(metric.getStep(), metric.getValue(), metric.getTimestamp()));
      }
    }
    long there = 0;
    for (Map.Entry<String, List<Point>> curve : expected.entrySet()) {
      List<Point> history = history(runId, curve.getKey());
      there += history.size();
      compare(curve.getKey(), curve.getValue(), history);
    }
    parts.add(new Verification.Part("metric points", metrics.size(), there, refused));
  }

  private void compare(String key, List<Point> expected, List<Point> history) {
    Map<Point, Integer> surplus = new LinkedHashMap<>();
    history.forEach(point -> surplus.merge(point, 1, Integer::sum));
    expected.forEach(point -> surplus.merge(point, -1, Integer::sum));
    describe(key, "missing", surplus, -1);
    describe(key, "more than once or not in the journal", surplus, 1);
  }

  private void describe(String key, String what, Map<Point, Integer> surplus, int sign) {
    List<Point> points =
        surplus.entrySet().stream()
            .filter(entry -> Integer.signum(entry.getValue()) == sign)
            .map(Map.Entry::getKey)
            .toList();
    if (!points.isEmpty()) {
      Point first = points.get(0);
      differences.add(
          "metric %s: %d points %s, the first at step %d: %s"
              .formatted(key, points.size(), what, first.step(), first.value()));
    }
  }

  private List<Point> history(String runId, String key)
      throws ServerException, InterruptedException {
    List<Point> points = new ArrayList<>();
    String page = "";
    do {
      JsonObject answer =
          get(
              "metrics/get-history?run_id="
                  + runId
                  + "&metric_key="
                  + escaped(key)
                  + "&max_results="
                  + POINTS_PER_PAGE
                  + pageToken(page));
      for (JsonElement element : ServerAnswers.items(answer, "metrics")) {
        JsonObject point = element.getAsJsonObject();
        points.add(
            new Point(
                point.has("step") ? point.get("step").getAsLong() : 0,
                point.get("value").getAsDouble(),
                point.get("timestamp").getAsLong()));
      }
      page = nextPage(answer);
    } while (!page.isEmpty());
    return points;
  }

  private JsonObject get(String path) throws ServerException, InterruptedException {
    return server.get("reading " + path, path);
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String pageToken(String page) {
    return page.isEmpty() ? "" : "&page_token=" + escaped(page);
  }

  private static String nextPage(JsonObject answer) {
    JsonElement token = answer.get("next_page_token");
    return token == null || token.isJsonNull() ? "" : token.getAsString();
  }

  private static <T> Map<String, String> texts(
      List<T> items, Function<T, String> key, Function<T, String> value) {
    return items.stream()
        .collect(Collectors.toMap(key, value, (old, latest) -> latest, LinkedHashMap::new));
  }

  private void verifyTexts(
      String kind,
      Map<String, String> expected,
      Map<String, String> actual,
      Set<JsonObject> rejected) {
    long there = 0;
    long refused = 0;
    for (Map.Entry<String, String> item : expected.entrySet()) {
      String found = actual.get(item.getKey());
      if (rejected.contains(RejectedEntries.json(kind, item.getKey(), item.getValue()))) {
        refused++;
        continue;
      }
      there += found == null ? 0 : 1;
      if (found == null) {
        differences.add(kind + " " + item.getKey() + ": missing");
      } else if (!found.equals(item.getValue())) {
        differences.add(
            "%s %s: is '%s', the journal has '%s'"
                .formatted(kind, item.getKey(), found, item.getValue()));
      }
    }
    parts.add(new Verification.Part(kind + "s", expected.size(), there, refused));
  }

  /** The uses of datasets, by name and digest; the first use counts. */
  private static Map<String, String> uses(List<JournalEntry> entries) {
    Map<String, String> uses = new LinkedHashMap<>();
    for (JournalEntry entry : entries) {
      if (entry instanceof JournalEntry.Dataset dataset) {
        uses.putIfAbsent(DatasetInputs.key(dataset.dataset()), dataset.dataset().use());
      }
    }
    return uses;
  }

  private static Map<String, String> uses(JsonObject run) {
    Map<String, String> uses = new LinkedHashMap<>();
    JsonObject inputs = run.has("inputs") ? run.getAsJsonObject("inputs") : new JsonObject();
    for (JsonElement element : ServerAnswers.items(inputs, "dataset_inputs")) {
      JsonObject input = element.getAsJsonObject();
      JsonElement dataset = input.get("dataset");
      uses.put(
          DatasetInputs.key(
              ServerAnswers.text(dataset, "name"), ServerAnswers.text(dataset, "digest")),
          ServerAnswers.tag(input, DatasetInputs.USE_TAG));
    }
    return uses;
  }

  private void verifyArtifacts(String runId, List<JournalEntry> entries, Set<JsonObject> rejected)
      throws ServerException, IOException, InterruptedException {
    Map<String, Path> sources = new LinkedHashMap<>();
    for (JournalEntry entry : entries) {
      if (entry instanceof JournalEntry.Artifact artifact
          && config.checkpoints().admits(artifact.artifactPath())) {
        sources.put(artifact.artifactPath(), directory.resolve(artifact.file()));
      }
    }
    long refused = 0;
    Map<String, Long> expected = new TreeMap<>();
    for (Map.Entry<String, Path> source : sources.entrySet()) {
      if (rejected.contains(RejectedEntries.json("artifact", source.getKey(), null))) {
        refused++;
      } else {
        addSizes(source.getKey(), source.getValue(), expected);
      }
    }
    Map<String, Long> actual = listed("artifacts/list?run_id=" + runId + "&path=");
    expected.forEach((path, size) -> compareSize("artifact " + path, size, actual.get(path)));
    long there = expected.keySet().stream().filter(actual::containsKey).count();
    parts.add(new Verification.Part("artifact files", expected.size() + refused, there, refused));
  }

  private void addSizes(String artifactPath, Path source, Map<String, Long> sizes)
      throws IOException {
    if (!Files.exists(source)) {
      differences.add("artifact " + artifactPath + ": " + source + " is gone");
      return;
    }
    for (Map.Entry<String, Path> file : ArtifactFiles.of(source, artifactPath).entrySet()) {
      sizes.put(file.getKey(), Files.size(file.getValue()));
    }
  }

  private void compareSize(String path, long size, @Nullable Long actual) {
    if (actual == null) {
      differences.add(path + ": missing");
    } else if (actual != size) {
      differences.add("%s: has %d bytes, the file here has %d".formatted(path, actual, size));
    }
  }

  /**
   * The sizes of all files that the server lists, by path.
   *
   * @param query that lists a folder, up to the folder's name
   */
  private Map<String, Long> listed(String query) throws ServerException, InterruptedException {
    Map<String, Long> sizes = new TreeMap<>();
    Deque<String> folders = new ArrayDeque<>(List.of(""));
    while (!folders.isEmpty()) {
      String folder = folders.remove();
      String page = "";
      do {
        JsonObject answer = get(query + escaped(folder) + pageToken(page));
        for (JsonElement element : ServerAnswers.items(answer, "files")) {
          JsonObject file = element.getAsJsonObject();
          String path = file.get("path").getAsString();
          if (file.has("is_dir") && file.get("is_dir").getAsBoolean()) {
            folders.add(path);
          } else {
            sizes.put(path, file.has("file_size") ? file.get("file_size").getAsLong() : 0);
          }
        }
        page = nextPage(answer);
      } while (!page.isEmpty());
    }
    return sizes;
  }

  private void verifyModels(UploadState state, List<JournalEntry> entries, Set<JsonObject> rejected)
      throws ServerException, IOException, InterruptedException {
    Map<String, JournalEntry.Model> expected = new LinkedHashMap<>();
    String ownId = "";
    for (JournalEntry entry : entries) {
      if (entry instanceof JournalEntry.Model model && config.logModel()) {
        expected.put(JournalUpload.key(model), model);
      } else if (entry instanceof JournalEntry.Started started) {
        ownId = started.runId();
      }
    }
    LoggedModels models = new LoggedModels(server, state, ownId);
    long there = 0;
    long refused = 0;
    for (Map.Entry<String, JournalEntry.Model> model : expected.entrySet()) {
      if (rejected.contains(RejectedEntries.json("model", model.getKey(), null))) {
        refused++;
      } else {
        List<LoggedModels.Known> found = models.find(model.getValue().step());
        there += found.size();
        verifyModel("model " + model.getKey() + ": ", state, model.getValue(), found, models);
      }
    }
    parts.add(new Verification.Part("models", expected.size(), there, refused));
  }

  private void verifyModel(
      String about,
      UploadState state,
      JournalEntry.Model model,
      List<LoggedModels.Known> found,
      LoggedModels models)
      throws ServerException, IOException, InterruptedException {
    if (found.size() != 1) {
      differences.add(
          about + (found.isEmpty() ? "missing" : "is there " + found.size() + " times"));
      return;
    }
    LoggedModels.Known known = found.get(0);
    if (!known.isReady()) {
      differences.add(about + "is not ready");
    }
    if (!models.outputs().contains(known.id())) {
      differences.add(about + "is no output of the run");
    }
    int versions =
        config.registerModel() == null
            ? 1
            : new RegisteredModels(server, state, config.registerModel())
                .versions(known.id())
                .size();
    if (versions != 1) {
      differences.add(about + "is registered " + versions + " times");
    }
    Map<String, Long> expected = new TreeMap<>();
    addSizes("", directory.resolve(model.directory()), expected);
    Map<String, Long> actual =
        listed("logged-models/" + known.id() + "/artifacts/directories?artifact_directory_path=");
    expected.forEach((path, size) -> compareSize(about + path, size, actual.get(path)));
  }

  private void verifyStatus(JsonObject run, JournalSummary journal) {
    Optional<JournalEntry.Ended> ended = journal.ended();
    String expected = ended.map(end -> end.status()).map(RunTracker.Status::name).orElse("RUNNING");
    String actual = ServerAnswers.text(run.get("info"), "status");
    if (!actual.equals(expected)) {
      differences.add("status: is " + actual + ", the journal has " + expected);
    }
  }
}
