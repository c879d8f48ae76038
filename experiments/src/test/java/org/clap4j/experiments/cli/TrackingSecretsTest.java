package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.testkit.mlflow.FaultyServer;
import org.clap4j.testkit.mlflow.FaultyServer.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks for what lets into the MLflow server in everything that a run leaves, says and sends. */
class TrackingSecretsTest {

  private static final String IN_ADDRESS = "hunter2";
  private static final String PASSWORD = "correct-horse";
  private static final String TOKEN = "s3cr3t-t0ken";

  @TempDir Path folder;

  /** As they are, and as the header has them. */
  private static List<String> forms(String secret) {
    return List.of(
        secret,
        Base64.getEncoder().encodeToString(("ann:" + secret).getBytes(StandardCharsets.UTF_8)));
  }

  private void assertAbsent(String secret, Answer answer, String log, FaultyServer server)
      throws IOException {
    for (String form : forms(secret)) {
      assertFalse(answer.toString().contains(form), () -> "printed: " + form);
      assertFalse(log.contains(form), () -> "logged: " + form);
      assertFalse(server.received().contains(form), () -> "sent: " + form);
      try (Stream<Path> all = Files.walk(folder)) {
        List<Path> files = all.filter(Files::isRegularFile).toList();
        assertTrue(files.size() > 10, files::toString);
        for (Path file : files) {
          String content = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertFalse(content.contains(form), () -> form + " in " + file);
          assertFalse(file.toString().contains(form), file::toString);
        }
      }
    }
  }

  /** Trains, syncs, reports, and asks the doctor where the server does not let in any more. */
  private void assertSecret(
      String secret, Map<String, String> variables, String required, String user, Fault first)
      throws IOException {
    PrintStream standardError = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (FaultyServer server =
        new FaultyServer((call, count) -> count == 0 ? first : new Fault.None())) {
      server.require(required);
      Map<String, String> environment = new HashMap<>(variables);
      environment.put("HOME", folder.toString());
      environment.put("MLFLOW_TRACKING_URI", "http://" + user + server.uri().getAuthority());
      Path config = TestProgram.config(folder);
      Answer trained =
          TestProgram.run(
              environment,
              "train",
              config,
              "tracking={type: mlflow, close-timeout-seconds: 30, system-metrics-seconds: 0}");
      assertEquals(0, trained.status(), trained.err());
      server.recover();
      Path run = Path.of(trained.out().lines().findFirst().orElseThrow());
      Answer synced = TestProgram.run(environment, "sync", "--verify", run);
      assertEquals(0, synced.status(), synced.out());
      server.require("Bearer another");
      for (Answer answer :
          List.of(
              trained,
              synced,
              TestProgram.run(environment, "doctor"),
              TestProgram.run(environment, "report", run))) {
        assertAbsent(secret, answer, log.toString(StandardCharsets.UTF_8), server);
      }
      assertEquals(1, server.mlflow().activeRuns());
    } finally {
      System.setErr(standardError);
    }
  }

  private static String basic(String password) {
    return "Basic " + forms(password).get(1);
  }

  @Test
  void passwordStaysWithTheServer() throws IOException {
    assertSecret(
        PASSWORD,
        Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", PASSWORD),
        basic(PASSWORD),
        "",
        new Fault.Refused(500));
  }

  @Test
  void passwordInTheAddressStaysWithTheServer() throws IOException {
    assertSecret(
        IN_ADDRESS, Map.of(), basic(IN_ADDRESS), "ann:" + IN_ADDRESS + "@", new Fault.None());
  }

  @Test
  void tokenStaysWithTheServer() throws IOException {
    assertSecret(
        TOKEN, Map.of("MLFLOW_TRACKING_TOKEN", TOKEN), "Bearer " + TOKEN, "", new Fault.None());
  }
}
