package org.clap4j.experiments.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clap4j.core.io.Subprocess;
import org.clap4j.training.tracking.mlflow.MlflowSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorTest {

  @TempDir Path temporary;

  private List<Finding> examine(Map<String, String> environment, MlflowSettings mlflow) {
    return new Doctor(command -> Optional.empty(), environment, mlflow, temporary.resolve("runs"))
        .examine();
  }

  private static Finding about(String topic, List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.topic().equals(topic))
        .findAny()
        .orElseThrow();
  }

  @Test
  void healthyMachineHasNothingToDoForItsEngine() {
    List<Finding> findings = examine(Map.of("OMP_NUM_THREADS", "1"), MlflowSettings.NONE);
    for (String topic : List.of("java", "backend", "kernels", "threads", "gpu", "mlflow")) {
      assertTrue(about(topic, findings).ok(), about(topic, findings).line());
    }
  }

  @Test
  void unsetThreadsAreReported() {
    Finding threads = about("threads", examine(Map.of(), MlflowSettings.NONE));
    assertFalse(threads.ok());
    assertEquals(
        "start with ./clap4j, which sets it to the number of physical cores", threads.advice());
  }

  @Test
  void deadMlflowServerIsReportedWithoutItsSecrets() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    URI uri = URI.create("http://user:hunter2@127.0.0.1:" + port);
    Finding mlflow = about("mlflow", examine(Map.of(), MlflowSettings.of(uri)));
    assertFalse(mlflow.ok());
    assertTrue(
        mlflow
            .found()
            .startsWith("http://127.0.0.1:" + port + " cannot be used (asking for its health: "));
    assertFalse(mlflow.line().contains("hunter2"));
  }

  @Test
  void absentProgramHasNoAnswer() {
    assertEquals(Optional.empty(), Subprocess.real().ask(List.of("clap4j-no-such-program")));
    assertEquals(Optional.empty(), Subprocess.real().ask(List.of("false")));
  }

  @Test
  void sourceStateBecomesTags() {
    Subprocess git =
        command ->
            switch (command.get(1)) {
              case "status" -> Optional.of(" M pom.xml");
              default -> Optional.of(command.contains("--abbrev-ref") ? "main" : "abc123");
            };
    Map<String, String> tags = new RunEnvironment(git, Map.of()).tags("clap4j train x.yaml");
    assertEquals("abc123", tags.get("mlflow.source.git.commit"));
    assertEquals("main", tags.get("mlflow.source.git.branch"));
    assertEquals("yes", tags.get("clap4j.git.dirty"));
    assertEquals("clap4j train x.yaml", tags.get("mlflow.source.name"));
  }

  @Test
  void withoutRepositoryNothingIsSaidOfTheSource() {
    Map<String, String> tags =
        new RunEnvironment(command -> Optional.empty(), Map.of()).tags("clap4j train x.yaml");
    assertTrue(tags.keySet().stream().noneMatch(name -> name.contains("git")));
  }
}
