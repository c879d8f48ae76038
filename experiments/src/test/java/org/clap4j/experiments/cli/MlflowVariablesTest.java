package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clap4j.experiments.cli.TestProgram.Answer;
import org.clap4j.experiments.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of MLflow's environment variables that cannot be used. */
class MlflowVariablesTest {

  private static final String ADDRESS = "http://127.0.0.1:9";

  @TempDir Path folder;

  private static String refused(Map<String, String> variables) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> TestProgram.run(variables, "config", "keys"))
            .getMessage());
  }

  @Test
  void fileOfCertificatesMustBeOne() {
    Path absent = folder.resolve("absent.pem");
    assertEquals(
        "MLFLOW_TRACKING_SERVER_CERT_PATH: "
            + absent
            + " is no file; expected a file of certificates in PEM form",
        refused(Map.of("MLFLOW_TRACKING_SERVER_CERT_PATH", absent.toString())));
  }

  @Test
  void certificatesAreCheckedOrNot() {
    assertEquals(
        "MLFLOW_TRACKING_INSECURE_TLS takes any certificate and MLFLOW_TRACKING_SERVER_CERT_PATH"
            + " some only; unset one of them",
        refused(
            Map.of(
                "MLFLOW_TRACKING_INSECURE_TLS",
                "1",
                "MLFLOW_TRACKING_SERVER_CERT_PATH",
                "ca.pem")));
    assertEquals(
        "MLFLOW_TRACKING_INSECURE_TLS: expected true, 1, false or 0, found 'yes'",
        refused(Map.of("MLFLOW_TRACKING_INSECURE_TLS", "yes")));
  }

  @Test
  void addressThatCannotBeReadIsNotRepeated() {
    String message = refused(Map.of("MLFLOW_TRACKING_URI", "https://ann:hunt#r2@example.org"));
    assertFalse(message.contains("hunt"), message);
  }

  @Test
  void oneRunIdIsForOneRun() throws IOException {
    Path config = TestProgram.config(folder);
    Path sweep =
        Files.writeString(folder.resolve("tries.yaml"), "base: " + config + "\nseeds: [0, 1]\n");
    Map<String, String> variables =
        Map.of("MLFLOW_TRACKING_URI", ADDRESS, "MLFLOW_RUN_ID", "0123456789abcdef");
    assertEquals(
        new Answer(2, "", "clap4j: MLFLOW_RUN_ID names one run, and a sweep has many; unset it\n"),
        TestProgram.run(variables, "sweep", sweep));
    assertEquals(
        new Answer(
            2,
            "",
            "clap4j: MLFLOW_RUN_ID names one run, and 2 are to be sent; unset it, or give one"
                + " directory\n"),
        TestProgram.run(variables, "sync", folder, folder));
  }
}
