package org.clap4j.testkit.mlflow;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real MLflow server on a free port, for as long as a test needs it; it ends with the test's
 * process, even if that is killed.
 */
public final class MlflowServer {

  /** The environment variable that names the {@code mlflow} executable. */
  public static final String EXECUTABLE = "CLAP4J_MLFLOW";

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Process process;
  private final int port;

  private MlflowServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** A port at which nobody is. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /**
   * Starts a server on a free port, with its files in a directory that is made; a test that no
   * executable is named for is skipped.
   */
  public static MlflowServer startOrSkip(Path directory) throws IOException, InterruptedException {
    String executable = System.getenv(EXECUTABLE);
    assumeTrue(
        executable != null,
        "needs a real MLflow server: set " + EXECUTABLE + " to the mlflow executable");
    return start(executable, Files.createDirectory(directory), freePort());
  }

  /** Starts a server with what an earlier one left in the directory. */
  public static MlflowServer start(String executable, Path directory, int port)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            executable,
            "server",
            "--backend-store-uri",
            "sqlite:///" + directory.resolve("mlflow.db"),
            "--artifacts-destination",
            directory.resolve("artifacts").toUri().toString(),
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--workers",
            "1");
    // Without these the server starts fourteen processes and takes three times as long.
    Map<String, String> environment =
        Map.of(
            "MLFLOW_DISABLE_TELEMETRY", "true",
            "DO_NOT_TRACK", "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
    MlflowServer server =
        new MlflowServer(
            TiedProgram.start(command, environment, directory.resolve("server.log")), port);
    server.awaitHealth();
    return server;
  }

  /** Its address. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Its port. */
  public int port() {
    return port;
  }

  private void awaitHealth() throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest health =
        HttpRequest.newBuilder(uri().resolve("/health")).timeout(Duration.ofSeconds(5)).build();
    long start = System.nanoTime();
    while (System.nanoTime() - start < START_LIMIT.toNanos() && process.isAlive()) {
      try {
        if (http.send(health, HttpResponse.BodyHandlers.ofString()).body().equals("OK")) {
          return;
        }
      } catch (IOException notYet) {
        process.waitFor(200, TimeUnit.MILLISECONDS);
      }
    }
    kill();
    throw new IOException("the MLflow server was not healthy within " + START_LIMIT);
  }

  /** Kills the server and its workers, without a chance to finish anything. */
  public void kill() throws IOException, InterruptedException {
    process.getOutputStream().close();
    int unused = process.waitFor();
  }
}
