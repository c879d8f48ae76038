package org.clap4j.training.tracking.mlflow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Requests that are sent once, under a deadline, with the credentials of the settings. */
final class PlainHttp {

  private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(10);

  private final MlflowSettings settings;
  private @Nullable HttpClient client;

  PlainHttp(MlflowSettings settings) {
    this.settings = settings;
  }

  /** Made by the thread that sends first, of which its threads inherit the priority. */
  private synchronized HttpClient client() {
    if (client == null) {
      client = newClient();
    }
    return client;
  }

  private HttpClient newClient() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_DEADLINE);
    SSLContext tls = settings.usesTls() ? settings.trust().context() : ServerTrust.ofNobody();
    if (tls != null) {
      builder.sslContext(tls);
    }
    return builder.build();
  }

  /** A request to a path of the server, {@code /api/…}, which lacks its method and deadline. */
  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.publicUri() + path));
    if (settings.username() != null && settings.password() != null) {
      String pair = settings.username() + ":" + settings.password();
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    } else if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    return request;
  }

  /**
   * Sends a request once. The deadline is that of the whole answer; {@link
   * HttpRequest.Builder#timeout}'s ends with the answer's head, and a server that falls silent in
   * the middle of a body would be waited for without end.
   *
   * @return the answer's body
   * @throws ServerException if there is no answer, or no good one
   */
  String send(String what, HttpRequest request, Duration deadline)
      throws ServerException, IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> pending =
        client().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    HttpResponse<String> answer;
    try {
      answer = pending.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw ServerException.missedDeadline(what, deadline);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SSLException failure) {
        throw untrusted(what, failure);
      }
      throw e.getCause() instanceof IOException failure
          ? failure
          : new IOException(String.valueOf(e.getCause()), e);
    } finally {
      pending.cancel(true); // changes nothing when it is done
    }
    if (answer.statusCode() / 100 != 2) {
      throw ServerException.ofStatus(
          answer.statusCode(),
          what + ": HTTP " + answer.statusCode() + " " + answer.body(),
          RetryAfter.of(answer.headers(), Instant.now()));
    }
    return answer.body();
  }

  /** Reads a path once, under a deadline. */
  String get(String what, String path, Duration deadline)
      throws ServerException, InterruptedException {
    return sendOrUnavailable(what, request(path).GET().build(), deadline);
  }

  /** Sends JSON once, under a deadline. */
  String send(String what, String method, String path, String json, Duration deadline)
      throws ServerException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build();
    return sendOrUnavailable(what, request, deadline);
  }

  private String sendOrUnavailable(String what, HttpRequest request, Duration deadline)
      throws ServerException, InterruptedException {
    try {
      return send(what, request, deadline);
    } catch (IOException e) {
      throw new ServerException(ServerException.Kind.UNAVAILABLE, what + ": " + e);
    }
  }

  private ServerException untrusted(String what, SSLException failure) {
    boolean certificate = false;
    Throwable root = failure;
    for (; root.getCause() != null; root = root.getCause()) {
      certificate |= root instanceof CertificateException;
    }
    certificate |= root instanceof CertificateException;
    return new ServerException(
        ServerException.Kind.UNAVAILABLE,
        certificate
            ? what
                + ": the server's certificate is not trusted by "
                + settings.trust()
                + " ("
                + root.getMessage()
                + "); set MLFLOW_TRACKING_SERVER_CERT_PATH to a PEM file with it, or with its"
                + " authority's"
            : what + ": no TLS connection (" + root.getMessage() + ")");
  }
}
