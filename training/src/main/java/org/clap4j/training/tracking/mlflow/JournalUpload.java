package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalTracker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a journal to the server, part by part. Each part that the server has confirmed is
 * remembered in {@link UploadState}; after any failure {@link #advance} starts again behind the
 * last confirmed one.
 *
 * <p>What the server refuses even alone, and would refuse for ever, is set aside in {@link
 * RejectedEntries}, so that the rest arrives.
 */
final class JournalUpload {

  private static final Logger log = LoggerFactory.getLogger(JournalUpload.class);
  private static final int LINES_PER_READ = 1000;

  /** How often an upload may break off before the rest of the journal goes on without the file. */
  private static final int ARTIFACT_ATTEMPTS = 6;

  private final Path directory;
  private final MlflowSettings settings;
  private final MlflowConfig config;
  private final JournalReader journal;
  private final ServerConnection server;
  private final ArtifactSender artifacts;
  private final JournalCollector collector = new JournalCollector();
  private final RejectedEntries rejected;
  private final Map<String, String> sentFiles = new HashMap<>();
  private final Set<String> milestones = new HashSet<>();
  private int confirmations;
  private boolean hasModels;
  private volatile @Nullable UploadState state;
  private String ownId = "";
  private boolean warnedOfAnother;
  private long failedArtifactOffset = -1;
  private int artifactFailures;

  JournalUpload(
      Path directory, MlflowSettings settings, MlflowConfig config, Duration callDeadline) {
    this.directory = directory;
    this.settings = settings;
    this.config = config;
    this.journal = new JournalReader(directory.resolve(JournalTracker.FILE_NAME));
    this.server = new ServerConnection(settings, callDeadline);
    this.artifacts = new ArtifactSender(server.plain(), callDeadline);
    this.rejected = new RejectedEntries(directory);
  }

  /**
   * Sends the next part of the journal.
   *
   * @return whether there was one; false means that the server has everything
   */
  boolean advance() throws ServerException, IOException, InterruptedException {
    UploadState attached = attached();
    if (attached == null) {
      return false;
    }
    JournalReader.Batch part = journal.readFrom(attached.offset(), LINES_PER_READ);
    if (part.lines().isEmpty()) {
      return false;
    }
    try {
      send(attached, part.lines());
    } catch (ServerException e) {
      if (e.kind() == ServerException.Kind.RUN_MISSING) {
        forget();
      }
      throw e;
    }
    return true;
  }

  /** A number that grows whenever the server has taken something that it had not taken before. */
  int progress() {
    return confirmations + milestones.size();
  }

  /** How many lines of the journal the server has not confirmed. */
  long pendingLines() throws IOException {
    return journal.readFrom(state == null ? 0 : state.offset(), Integer.MAX_VALUE).lines().size();
  }

  /** The run's page in the dashboard, once it has one. */
  Optional<String> runPage() {
    return Optional.ofNullable(state).map(UploadState::runPage);
  }

  private @Nullable UploadState attached()
      throws ServerException, IOException, InterruptedException {
    if (state != null) {
      return state;
    }
    List<JournalReader.Line> first = journal.readFrom(0, 1).lines();
    if (first.isEmpty() || !(first.get(0).entry() instanceof JournalEntry.Started started)) {
      return null;
    }
    UploadState found = found(started);
    ownId = started.runId();
    RemoteRun.adoptChildren(server, found, started.runId());
    recallUpTo(found.offset());
    log.info("MLflow run: {}", found.runPage());
    state = found;
    return found;
  }

  /** The run on the server: the one from before, the one that is wanted, or one of its own. */
  private UploadState found(JournalEntry.Started started)
      throws ServerException, IOException, InterruptedException {
    Optional<UploadState> earlier = UploadState.load(directory, settings.publicUri());
    Optional<UploadState> attached = earlier.filter(UploadState::isAttached);
    if (attached.isPresent() && RemoteRun.exists(server, attached.get().runId())) {
      warnIfAnotherIsWanted(attached.get().runId());
      return attached.get();
    }
    String wanted = settings.runId();
    if (attached.isEmpty() && wanted != null) {
      // Not to be forgotten when the server is away now and the journal is sent another day.
      UploadState.wanted(settings.publicUri(), wanted).save(directory);
    } else if (attached.isEmpty() && earlier.isPresent()) {
      wanted = earlier.get().runId();
    }
    UploadState found =
        wanted == null
            ? RemoteRun.attach(server, settings.publicUri(), experiment(), started)
            : RemoteRun.adopt(server, settings.publicUri(), wanted, started);
    found.save(directory);
    return found;
  }

  private void warnIfAnotherIsWanted(String runId) {
    String wanted = settings.runId();
    if (wanted != null && !wanted.equals(runId) && !warnedOfAnother) {
      warnedOfAnother = true;
      log.warn(
          "MLFLOW_RUN_ID={} is not used: {} is the server's run {} already, and stays it",
          wanted,
          directory,
          runId);
    }
  }

  private String experiment() {
    return settings.experimentName() == null ? config.experiment() : settings.experimentName();
  }

  /** Learns again which steps and params the server has. */
  private void recallUpTo(long offset) throws IOException {
    collector.clear();
    for (JournalReader.Line line : journal.readFrom(0, Integer.MAX_VALUE).lines()) {
      if (line.endOffset() > offset) {
        return;
      }
      collector.collect(line.entry(), new LogBatch());
      hasModels |= line.entry() instanceof JournalEntry.Model model && isSent(model);
    }
  }

  private boolean isSent(JournalEntry.Model model) throws IOException {
    return config.logModel()
        && !rejected.read().contains(RejectedEntries.json("model", key(model), null));
  }

  private void forget() {
    log.warn("the MLflow server lost run {}; it is sent anew", runPage().orElse("?"));
    sentFiles.clear();
    state = null;
  }

  private void send(UploadState attached, List<JournalReader.Line> lines)
      throws ServerException, IOException, InterruptedException {
    LogBatch batch = new LogBatch();
    long confirmed = attached.offset();
    for (JournalReader.Line line : lines) {
      if (!collector.collect(line.entry(), batch)) {
        sendBatch(attached.runId(), batch);
        batch = new LogBatch();
        confirm(confirmed);
        sendSingle(attached, line);
        confirm(line.endOffset());
      } else if (batch.size() >= LogBatch.MAX_ITEMS) {
        sendBatch(attached.runId(), batch);
        batch = new LogBatch();
        confirm(line.endOffset());
      }
      confirmed = line.endOffset();
    }
    sendBatch(attached.runId(), batch);
    confirm(confirmed);
  }

  private void confirm(long offset) throws IOException {
    UploadState current = state;
    if (current != null && offset > current.offset()) {
      confirmations++;
      state = current.withOffset(offset);
      state.save(directory);
    }
  }

  private void sendBatch(String runId, LogBatch whole)
      throws ServerException, IOException, InterruptedException {
    try {
      for (LogBatch batch : whole.withinLimits()) {
        sendOrSetAside(runId, batch);
      }
    } catch (ServerException | IOException | InterruptedException e) {
      // What was collected will be read again, so it must not count as sent.
      state = null;
      throw e;
    }
  }

  private void sendOrSetAside(String runId, LogBatch batch)
      throws ServerException, IOException, InterruptedException {
    Optional<ServerException> refusal = refusal(runId, batch);
    if (refusal.isPresent()) {
      // A run that somebody has deleted takes nothing, which is no fault of what it was sent.
      if (!RemoteRun.exists(server, runId)) {
        throw new ServerException(
            ServerException.Kind.RUN_MISSING, "run " + runId + ": " + refusal.get().text());
      }
      setAside(runId, batch, refusal.get());
    }
  }

  /** Finds what the server refuses by halving, and goes on without it. */
  private void setAside(String runId, LogBatch batch, ServerException reason)
      throws ServerException, IOException, InterruptedException {
    if (batch.size() == 1 || (batch.isOneMetric() && refusesEnds(runId, batch))) {
      log.warn("MLflow refuses {}: {}", batch.describe(), reason.text());
      rejected.add(batch, reason.text());
      return;
    }
    for (LogBatch half : batch.halves()) {
      Optional<ServerException> refusal = refusal(runId, half);
      if (refusal.isPresent()) {
        setAside(runId, half, refusal.get());
      }
    }
  }

  /** Whether it is the metric that is refused, and not some of its points. */
  private boolean refusesEnds(String runId, LogBatch points)
      throws ServerException, InterruptedException {
    for (LogBatch end : points.ends()) {
      if (refusal(runId, end).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Sends a batch; gives the reason if the server refuses it for good. */
  private Optional<ServerException> refusal(String runId, LogBatch batch)
      throws ServerException, InterruptedException {
    try {
      var unused =
          server.post(
              "logging " + batch.size() + " values", "runs/log-batch", batch.request(runId));
      return Optional.empty();
    } catch (ServerException e) {
      if (e.kind() != ServerException.Kind.REFUSED) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private void sendSingle(UploadState attached, JournalReader.Line line)
      throws ServerException, IOException, InterruptedException {
    if (line.entry() instanceof JournalEntry.Ended ended) {
      RemoteRun.end(server, attached, ownId, ended);
      deleteTwinsOfModels(attached);
    } else if (line.entry() instanceof JournalEntry.Resumed) {
      RemoteRun.reopen(server, attached.runId());
    } else if (line.entry() instanceof JournalEntry.Tags tags) {
      RemoteRun.nestBelow(
          server, attached, Objects.requireNonNull(tags.values().get(JournalTracker.PARENT_TAG)));
    } else if (line.entry() instanceof JournalEntry.Dataset dataset) {
      sendDataset(attached.runId(), dataset.dataset());
    } else if (line.entry() instanceof JournalEntry.Artifact artifact) {
      sendArtifact(attached, artifact, line.endOffset());
    } else if (line.entry() instanceof JournalEntry.Model model && config.logModel()) {
      sendModel(attached, model, line.endOffset());
    }
  }

  private void sendDataset(String runId, TrackedDataset dataset)
      throws ServerException, IOException, InterruptedException {
    try {
      DatasetInputs.log(server, runId, dataset);
    } catch (ServerException e) {
      if (e.kind() != ServerException.Kind.REFUSED) {
        throw e;
      }
      goWithout("dataset", DatasetInputs.key(dataset), dataset.use(), e.text());
    }
  }

  /** Sets aside what needed a request of its own. */
  private void goWithout(String kind, String key, @Nullable String value, String reason)
      throws IOException {
    log.warn("MLflow goes without {} {}: {}", kind, key, reason);
    rejected.add(kind, key, value, reason);
  }

  private void sendArtifact(UploadState attached, JournalEntry.Artifact artifact, long offset)
      throws ServerException, IOException, InterruptedException {
    if (!config.checkpoints().admits(artifact.artifactPath())) {
      return;
    }
    Path source = directory.resolve(artifact.file());
    if (!Files.exists(source)) {
      goWithout("artifact", artifact.artifactPath(), null, source + " is gone");
      return;
    }
    try {
      for (Map.Entry<String, Path> file :
          ArtifactFiles.of(source, artifact.artifactPath()).entrySet()) {
        sendFile(attached.artifactUri(), file.getValue(), file.getKey());
      }
    } catch (ServerException e) {
      if (mayRetry(e, attached, offset)) {
        throw e;
      }
      goWithout("artifact", artifact.artifactPath(), null, e.text());
    }
  }

  /**
   * Sends a file unless it is the very one that was sent last: a best checkpoint stays for long.
   */
  private void sendFile(String artifactUri, Path file, String artifactPath)
      throws ServerException, IOException, InterruptedException {
    String content = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    String place = artifactUri + "/" + artifactPath;
    if (!content.equals(sentFiles.get(place))) {
      artifacts.send(file, artifactUri, artifactPath);
      milestones.add(place + " " + content);
      sentFiles.put(place, content);
    }
  }

  private void sendModel(UploadState attached, JournalEntry.Model model, long offset)
      throws ServerException, IOException, InterruptedException {
    Path source = directory.resolve(model.directory());
    if (!Files.isDirectory(source)) {
      goWithout("model", key(model), null, source + " is gone");
      return;
    }
    LoggedModels models = new LoggedModels(server, attached, ownId);
    LoggedModels.Known known = null;
    try {
      known = models.attach(model, readme(source));
      milestones.add("attached " + known.id());
      for (Map.Entry<String, Path> file : ArtifactFiles.of(source, "").entrySet()) {
        sendFile(known.artifactUri(), file.getValue(), file.getKey());
      }
      models.finish(known, model, collector.lastPoints(model.metrics()));
      milestones.add("finished " + known.id());
      if (config.registerModel() != null) {
        new RegisteredModels(server, attached, config.registerModel()).register(known.id());
      }
      hasModels = true;
    } catch (ServerException e) {
      if (mayRetry(e, attached, offset)
          || (e.kind() == ServerException.Kind.RUN_MISSING
              && !RemoteRun.exists(server, attached.runId()))) {
        throw e;
      }
      goWithout("model", key(model), null, e.text());
      if (known != null) {
        models.fail(known);
      }
    }
  }

  private static String readme(Path model) throws IOException {
    Path file = model.resolve("README.md");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** What models of a run are told apart by. */
  static String key(JournalEntry.Model model) {
    return model.name() + " of step " + model.step();
  }

  private void deleteTwinsOfModels(UploadState attached)
      throws ServerException, InterruptedException {
    if (!hasModels) {
      return;
    }
    for (LoggedModels.Known model : new LoggedModels(server, attached, ownId).deleteTwins()) {
      if (config.registerModel() != null) {
        new RegisteredModels(server, attached, config.registerModel()).deleteTwins(model.id());
      }
    }
  }

  /**
   * Whether a failure may be one of the moment; only those that befall one artifact are counted.
   */
  private boolean mayRetry(ServerException failure, UploadState attached, long offset)
      throws ServerException, InterruptedException {
    if (failure.kind() != ServerException.Kind.UNAVAILABLE || !failure.retryAfter().isZero()) {
      return failure.kind() == ServerException.Kind.UNAVAILABLE;
    }
    var unused = RemoteRun.exists(server, attached.runId());
    artifactFailures = offset == failedArtifactOffset ? artifactFailures + 1 : 1;
    failedArtifactOffset = offset;
    return artifactFailures < ARTIFACT_ATTEMPTS;
  }
}
