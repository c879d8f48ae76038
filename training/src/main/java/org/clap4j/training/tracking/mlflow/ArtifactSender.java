package org.clap4j.training.tracking.mlflow;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Uploads files through the server's artifact proxy: {@code PUT
 * /api/2.0/mlflow-artifacts/artifacts/PATH} with the raw bytes. A server that keeps artifacts
 * elsewhere (its run has another scheme than {@code mlflow-artifacts:}) is refused.
 */
final class ArtifactSender {

  private static final String SCHEME = "mlflow-artifacts:";

  /** The slowest connection on which an upload still gets through. */
  private static final long SLOWEST_BYTES_PER_SECOND = 128 * 1024;

  private final PlainHttp http;
  private final Duration callDeadline;

  /** Uploads have the deadline of every call, and as long as the slowest connection takes. */
  ArtifactSender(PlainHttp http, Duration callDeadline) {
    this.http = http;
    this.callDeadline = callDeadline;
  }

  /** Sends one file. */
  void send(Path file, String artifactUri, String artifactPath)
      throws ServerException, InterruptedException {
    if (!artifactUri.startsWith(SCHEME)) {
      throw new ServerException(
          ServerException.Kind.REFUSED,
          "the server keeps artifacts in "
              + artifactUri
              + ", which needs that storage's own client; start it with --artifacts-destination to"
              + " have it serve them");
    }
    try {
      http.send(
          "uploading " + artifactPath,
          request(file, artifactUri, artifactPath),
          callDeadline.plusSeconds(Files.size(file) / SLOWEST_BYTES_PER_SECOND));
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new ServerException(
          ServerException.Kind.REFUSED, "uploading " + artifactPath + ": it is gone");
    } catch (IOException e) {
      throw new ServerException(
          ServerException.Kind.UNAVAILABLE, "uploading " + artifactPath + ": " + e);
    }
  }

  private HttpRequest request(Path file, String artifactUri, String artifactPath)
      throws IOException {
    String root = URI.create(artifactUri).getPath();
    HttpRequest.Builder request =
        http.request(
                "/api/2.0/mlflow-artifacts/artifacts"
                    + (root.startsWith("/") ? root : "/" + root)
                    + "/"
                    + escaped(artifactPath))
            .PUT(HttpRequest.BodyPublishers.ofFile(file));
    return request.build();
  }

  private static String escaped(String path) {
    return Arrays.stream(path.split("/"))
        .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
