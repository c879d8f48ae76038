package org.clap4j.training.tracking.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.testkit.mlflow.MlflowServer;
import org.clap4j.testkit.mlflow.TestCertificate;
import org.clap4j.training.tracking.JournalTracker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Who gets into a server, to whom we trust our secrets, and into which run a journal goes. */
@Isolated // it reads what all threads log
final class ServerAccessTest {

  /** Little, since some of the servers never take the run. */
  private static final MlflowUploader.Patience PATIENCE =
      new MlflowUploader.Patience(
          Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(200));

  private static final FaultyServer.Faults WELL = (call, count) -> new FaultyServer.Fault.None();
  private static final int STEPS = 20;

  @TempDir static Path certificates;
  private static @Nullable TestCertificate made;
  @TempDir Path directory;

  @BeforeAll
  static void makeCertificate() throws IOException, InterruptedException, GeneralSecurityException {
    made = TestCertificate.create(certificates);
  }

  private static TestCertificate certificate() {
    return Objects.requireNonNull(made);
  }

  private static MlflowSettings settings(
      URI uri, @Nullable String user, @Nullable String password, @Nullable String token) {
    return new MlflowSettings(uri, user, password, token, ServerTrust.OF_JAVA, null, null);
  }

  private static MlflowSettings trusting(URI uri, ServerTrust trust) {
    return new MlflowSettings(uri, null, null, null, trust, null, null);
  }

  private static MlflowSettings goingOnIn(URI uri, String runId) {
    return new MlflowSettings(uri, null, null, null, ServerTrust.OF_JAVA, null, runId);
  }

  /** Trains; returns the warnings. */
  private List<String> train(MlflowSettings settings) throws IOException {
    return train(settings, TrackedRun.fresh("access", directory), 0);
  }

  private List<String> train(MlflowSettings settings, TrackedRun run, int from) throws IOException {
    try (LoggedWarnings logged = new LoggedWarnings()) {
      try (RunTracker tracker = open(settings, run, MlflowConfig.defaults(), PATIENCE)) {
        tracker.params(Map.of("optimizer.lr", "1e-3"));
        for (int step = from + 1; step <= from + STEPS; step++) {
          tracker.metrics(Map.of("train/loss", 1.0 / step), step);
        }
        tracker.artifact(
            Files.writeString(directory.resolve("config.yaml"), "a: 1"), "config.yaml");
        tracker.end(RunTracker.Status.FINISHED, "done");
      }
      return logged.messages();
    }
  }

  private RunTracker open(
      MlflowSettings settings,
      TrackedRun run,
      MlflowConfig config,
      MlflowUploader.Patience patience)
      throws IOException {
    return new MlflowTracker(
        JournalTracker.open(run, Clock.systemUTC()),
        new MlflowUploader(directory, settings, config, patience));
  }

  private void assertIsWhole(MlflowSettings settings, int points)
      throws IOException, InterruptedException {
    Verification verification = new MlflowSync(settings).verify(directory, MlflowConfig.defaults());
    assertEquals(List.of(), verification.differences());
    assertEquals(
        List.of(
            new Verification.Part("metric points", points, points, 0),
            new Verification.Part("params", 1, 1, 0),
            new Verification.Part("tags", 1, 1, 0),
            new Verification.Part("datasets", 0, 0, 0),
            new Verification.Part("artifact files", 1, 1, 0),
            new Verification.Part("models", 0, 0, 0)),
        verification.parts());
  }

  private void assertArrives(FaultyServer server, MlflowSettings settings)
      throws IOException, InterruptedException {
    assertEquals(List.of(), train(settings));
    assertIsWhole(settings, STEPS);
    assertEquals(1, server.mlflow().activeRuns());
  }

  private void assertArrivesByTheNextSync(FaultyServer server, MlflowSettings settings)
      throws IOException, InterruptedException {
    assertEquals(0, server.mlflow().activeRuns());
    assertTrue(new MlflowSync(settings).send(directory, MlflowConfig.defaults()));
    assertIsWhole(settings, STEPS);
    assertEquals(1, server.mlflow().activeRuns());
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void userAndPasswordLetIn() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      server.require(basic("ann:pass:wörd"));
      assertArrives(server, settings(server.uri(), "ann", "pass:wörd", null));
    }
  }

  @Test
  void userAndPasswordOfTheAddressLetIn() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      server.require(basic("ann:p@ss"));
      URI uri = URI.create("http://ann:p%40ss@" + server.uri().getAuthority());
      assertArrives(server, settings(uri, null, null, null));
    }
  }

  @Test
  void tokenLetsIn() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      server.require("Bearer t0ken");
      assertArrives(server, settings(server.uri(), null, null, "t0ken\n"));
    }
  }

  @Test
  void userAndPasswordWinOverAToken() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      server.require(basic("ann:secret"));
      assertArrives(server, settings(server.uri(), "ann", "secret", "t0ken"));
    }
  }

  @Test
  void serverThatDoesNotLetInLeavesTheJournalForTheNextSync()
      throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      server.require(basic("ann:secret"));
      List<String> warnings = train(settings(server.uri(), "ann", "hunter2", null));
      assertEquals(2, warnings.size(), warnings::toString);
      assertEquals(
          "MLflow at "
              + server.uri()
              + " does not take the run for now (the server does not let us in: check"
              + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN;"
              + " finding experiment 'clap4j': HTTP 401"
              + " {\"error_code\":\"UNAUTHENTICATED\",\"message\":\"UNAUTHENTICATED\"}); training"
              + " goes on, and it is tried again",
          warnings.get(0));
      assertArrivesByTheNextSync(server, settings(server.uri(), "ann", "secret", null));
    }
  }

  @Test
  void certificateOfAnAuthorityThatIsNamedIsTrusted() throws IOException, InterruptedException {
    try (FaultyServer server = FaultyServer.overTls(certificate(), WELL)) {
      assertArrives(server, trusting(server.uri(), ServerTrust.only(certificate().authority())));
    }
  }

  @Test
  void anyCertificateIsTrustedIfSoWished() throws IOException, InterruptedException {
    try (FaultyServer server = FaultyServer.overTls(certificate(), WELL)) {
      URI byName = URI.create("https://localhost:" + server.uri().getPort());
      assertArrives(server, trusting(byName, ServerTrust.anyCertificate()));
    }
  }

  @Test
  void certificateThatIsNotTrustedLeavesTheJournalForTheNextSync()
      throws IOException, InterruptedException {
    try (FaultyServer server = FaultyServer.overTls(certificate(), WELL)) {
      List<String> warnings = train(MlflowSettings.of(server.uri()));
      assertEquals(2, warnings.size(), warnings::toString);
      assertEquals(
          "MLflow at "
              + server.uri()
              + " does not take the run for now (finding experiment 'clap4j': the server's"
              + " certificate is not trusted by this Java's authorities (unable to find valid"
              + " certification path to requested target); set MLFLOW_TRACKING_SERVER_CERT_PATH to"
              + " a PEM file with it, or with its authority's); training goes on, and it is tried"
              + " again",
          warnings.get(0));
      assertEquals("", server.received());
      assertArrivesByTheNextSync(
          server, trusting(server.uri(), ServerTrust.only(certificate().authority())));
    }
  }

  @Test
  void certificateOfAnotherHostIsNotTrusted() throws IOException {
    try (FaultyServer server = FaultyServer.overTls(certificate(), WELL)) {
      URI byName = URI.create("https://localhost:" + server.uri().getPort());
      List<String> warnings = train(trusting(byName, ServerTrust.only(certificate().authority())));
      assertTrue(
          warnings
              .get(0)
              .contains(
                  "the server's certificate is not trusted by the certificates in "
                      + certificate().authority()
                      + " (No name matching localhost found"),
          warnings::toString);
      assertEquals("", server.received());
    }
  }

  @Test
  void fileThatIsNoneOfCertificatesIsNamed() throws IOException {
    Path absent = directory.resolve("absent.pem");
    assertEquals(
        absent + " is no file; expected a file of certificates in PEM form",
        assertThrows(IllegalArgumentException.class, () -> ServerTrust.only(absent)).getMessage());
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    assertEquals(
        empty + " holds no certificate; expected a file of certificates in PEM form",
        assertThrows(IllegalArgumentException.class, () -> ServerTrust.only(empty)).getMessage());
    Path other = Files.writeString(directory.resolve("other.pem"), "no certificate\n");
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ServerTrust.only(other));
    assertTrue(refused.toString().contains(other + " cannot be read"), refused::toString);
  }

  @Test
  void addressWhoseHostCannotBeReadIsNotRepeated() {
    URI uri = URI.create("http://ann:p@ss@127.0.0.1:5000");
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> MlflowSettings.of(uri));
    assertFalse(refused.toString().contains("ss@"), refused::toString);
  }

  @Test
  void runThatIsNamedIsGoneOnIn() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      String id = server.mlflow().createRun("made by a scheduler");
      assertArrives(server, goingOnIn(server.uri(), id));
      assertEquals("FINISHED", server.mlflow().status(id));

      // A resume is of the same run, with and without the variable.
      assertEquals(
          List.of(),
          train(
              MlflowSettings.of(server.uri()),
              TrackedRun.resumed("access", directory, STEPS),
              STEPS));
      assertIsWhole(MlflowSettings.of(server.uri()), 2 * STEPS);
      assertEquals(1, server.mlflow().activeRuns());

      String another = server.mlflow().createRun("another");
      assertEquals(
          List.of(
              "MLFLOW_RUN_ID=%s is not used: %s is the server's run %s already, and stays it"
                  .formatted(another, directory, id)),
          train(
              goingOnIn(server.uri(), another),
              TrackedRun.resumed("access", directory, 2 * STEPS),
              2 * STEPS));
      assertEquals("RUNNING", server.mlflow().status(another));
      assertEquals(Map.of(), server.mlflow().tags(another));
    }
  }

  @Test
  void runThatIsNamedIsRememberedWhileTheServerIsAway() throws IOException, InterruptedException {
    int port = MlflowServer.freePort();
    String id = "%032x".formatted(1);
    train(goingOnIn(URI.create("http://127.0.0.1:" + port), id));
    try (FaultyServer server = new FaultyServer(port, WELL)) {
      assertEquals(id, server.mlflow().createRun("made by a scheduler"));
      MlflowSettings settings = MlflowSettings.of(server.uri());
      assertTrue(new MlflowSync(settings).send(directory, MlflowConfig.defaults()));
      assertIsWhole(settings, STEPS);
      assertEquals(1, server.mlflow().activeRuns());
    }
  }

  @Test
  void runThatIsMissingOrDeletedOrAnothersIsNotGoneOnIn() throws IOException, InterruptedException {
    try (FaultyServer server = new FaultyServer(WELL)) {
      String missing = "f".repeat(32);
      assertNotAdopted(server, missing, "does not exist");
      String deleted = server.mlflow().createRun("deleted");
      server.mlflow().deleteRun(deleted);
      assertNotAdopted(server, deleted, "has been deleted");
      String owner = "0123456789abcdef";
      String others = server.mlflow().createRun("another's");
      server.mlflow().setTag(others, RemoteRun.RUN_ID_TAG, owner);
      assertNotAdopted(
          server, others, "has the tag clap4j.run_id=" + owner + ", so it is another run's");
      assertEquals(Map.of(RemoteRun.RUN_ID_TAG, owner), server.mlflow().tags(others));

      server.mlflow().deleteRun(others);
      Files.delete(directory.resolve(UploadState.FILE_NAME));
      assertArrivesByTheNextSync(server, MlflowSettings.of(server.uri()));
    }
  }

  @Test
  @Timeout(30)
  void whatSendsAsksForTheLowestPriority() throws IOException, InterruptedException {
    Set<Thread> others = Thread.getAllStackTraces().keySet();
    try (FaultyServer server = new FaultyServer((call, count) -> new FaultyServer.Fault.Silent());
        RunTracker tracker =
            open(
                MlflowSettings.of(server.uri()),
                TrackedRun.fresh("access", directory),
                MlflowConfig.defaults(),
                new MlflowUploader.Patience(
                    Duration.ofMillis(500), Duration.ofMillis(20), Duration.ofMillis(200)))) {
      tracker.metrics(Map.of("train/loss", 1.0), 1);
      Map<String, Integer> priorities = new TreeMap<>();
      while (priorities.keySet().stream().noneMatch(name -> name.startsWith("HttpClient-"))) {
        Thread.sleep(5);
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !others.contains(thread))
            .filter(thread -> thread.getName().matches("(HttpClient-|mlflow-).*"))
            .forEach(thread -> priorities.put(thread.getName(), thread.getPriority()));
      }
      assertTrue(priorities.containsKey("mlflow-upload"), priorities.toString());
      assertEquals(
          Set.of(Thread.MIN_PRIORITY), Set.copyOf(priorities.values()), priorities.toString());
    }
  }

  @Test
  void runThatClosesWhileTheServerTakesItSaysWhatIsMissing() throws IOException {
    FaultyServer.Fault slow = new FaultyServer.Fault.Slow(Duration.ofSeconds(10));
    FaultyServer.Fault none = new FaultyServer.Fault.None();
    try (FaultyServer server =
            new FaultyServer(
                (call, count) -> call.equals("POST runs/log-batch") && count > 2 ? slow : none);
        LoggedWarnings logged = new LoggedWarnings()) {
      try (RunTracker tracker =
          open(
              MlflowSettings.of(server.uri()),
              TrackedRun.fresh("access", directory),
              MlflowConfig.defaults().withCloseTimeout(1),
              PATIENCE)) {
        for (int step = 1; step <= 5000; step++) {
          tracker.metrics(Map.of("train/loss", 1.0 / step), step);
        }
        tracker.end(RunTracker.Status.FINISHED, "done");
      }
      assertEquals(1, logged.messages().size(), logged.messages()::toString);
      String warning = logged.messages().get(0);
      assertTrue(
          warning.matches(
              "MLflow at http.* has not got all of this run \\([0-9]+ journal lines to go\\): it"
                  + " takes longer than tracking.close-timeout-seconds. Nothing is lost; .*"),
          warning);
    }
  }

  private void assertNotAdopted(FaultyServer server, String id, String why)
      throws IOException, InterruptedException {
    if (Files.exists(directory.resolve(JournalTracker.FILE_NAME))) {
      Files.delete(directory.resolve(JournalTracker.FILE_NAME));
    }
    List<String> warnings = train(goingOnIn(server.uri(), id));
    assertEquals(
        "MLflow at %s does not take the run for now (MLFLOW_RUN_ID=%s: that run %s; to send this one"
                .formatted(server.uri(), id, why)
            + " on its own, unset the variable and delete mlflow.json in its directory); training"
            + " goes on, and it is tried again",
        warnings.get(0));
  }
}
