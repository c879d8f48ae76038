package org.clap4j.training.tracking.mlflow;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Uploads files through the server's artifact proxy: {@code PUT
 * /api/2.0/mlflow-artifacts/artifacts/PATH} with the raw bytes. A server that keeps artifacts
 * elsewhere (its run has another scheme than {@code mlflow-artifacts:}) is refused.
 */
final class ArtifactSender {

  private static final String SCHEME = "mlflow-artifacts:";
  private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(10);
  private static final Duration BASE_DEADLINE = Duration.ofSeconds(30);

  /** The slowest connection on which an upload still gets through. */
  private static final long SLOWEST_BYTES_PER_SECOND = 128 * 1024;

  private final MlflowSettings settings;
  private final HttpClient http;

  ArtifactSender(MlflowSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_DEADLINE);
    if (settings.insecureTls()) {
      builder.sslContext(trustingAnyCertificate());
    }
    this.http = builder.build();
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
      HttpResponse<String> answer =
          http.send(request(file, artifactUri, artifactPath), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw ServerException.ofStatus(
            answer.statusCode(),
            "uploading " + artifactPath + ": HTTP " + answer.statusCode() + " " + answer.body());
      }
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
        HttpRequest.newBuilder(
                URI.create(
                    settings.publicUri()
                        + "/api/2.0/mlflow-artifacts/artifacts"
                        + (root.startsWith("/") ? root : "/" + root)
                        + "/"
                        + escaped(artifactPath)))
            .timeout(BASE_DEADLINE.plusSeconds(Files.size(file) / SLOWEST_BYTES_PER_SECOND))
            .PUT(HttpRequest.BodyPublishers.ofFile(file));
    if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token());
    } else if (settings.username() != null && settings.password() != null) {
      String pair = settings.username() + ":" + settings.password();
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    return request.build();
  }

  private static String escaped(String path) {
    return Arrays.stream(path.split("/"))
        .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  private static SSLContext trustingAnyCertificate() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  /** An extended trust manager also decides about host names, so those are not checked either. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
