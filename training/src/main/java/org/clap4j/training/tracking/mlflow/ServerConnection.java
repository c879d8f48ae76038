package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * Calls the server through the Java client, each call under a deadline on a thread of its own. The
 * client itself waits for ever for a server that hangs, and for a connection after two answers of
 * 429; when a call misses its deadline, client, connections and thread are given up together and
 * the next call starts with fresh ones.
 *
 * <p>Used by one thread at a time.
 */
final class ServerConnection implements AutoCloseable {

  /** A use of the client. */
  @FunctionalInterface
  interface Call<T> {
    T apply(MlflowClient client) throws Exception;
  }

  private static final String API = "/api/2.0/mlflow/";
  private static final int TOO_MANY_REQUESTS = 429;

  private final BasicMlflowHostCreds credentials;
  private final Duration deadline;
  private final PlainHttp plain;
  private @Nullable MlflowClient client;
  private @Nullable ExecutorService thread;

  ServerConnection(MlflowSettings settings, Duration deadline) {
    this.credentials =
        new BasicMlflowHostCreds(
            settings.publicUri(),
            settings.username(),
            settings.password(),
            settings.token(),
            settings.insecureTls());
    this.deadline = deadline;
    this.plain = new PlainHttp(settings);
  }

  /** Makes a call; {@code what} names it in messages. */
  <T> T call(String what, Call<T> call) throws ServerException, InterruptedException {
    MlflowClient caller = client();
    Future<T> answer = thread().submit(() -> call.apply(caller));
    try {
      return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      close();
      throw ServerException.missedDeadline(what, deadline);
    } catch (InterruptedException e) {
      close();
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MlflowHttpException http
          && http.getStatusCode() == TOO_MANY_REQUESTS) {
        close(); // the client never gives back the connection of such an answer
      }
      throw classified(what, e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Posts JSON to {@code /api/2.0/mlflow/PATH} once: for what must not be done twice, and for what
   * is sent often, since only here an answer's {@code Retry-After} is seen.
   */
  String post(String what, String path, String json) throws ServerException, InterruptedException {
    return plain.post(what, API + path, json, deadline);
  }

  /** Reads {@code /api/2.0/mlflow/PATH} once. */
  JsonObject get(String what, String path) throws ServerException, InterruptedException {
    return JsonParser.parseString(plain.get(what, API + path, deadline)).getAsJsonObject();
  }

  /** The requests beside the client's, with the same credentials. */
  PlainHttp plain() {
    return plain;
  }

  private MlflowClient client() {
    if (client == null) {
      client = new MlflowClient(credentials);
    }
    return client;
  }

  private ExecutorService thread() {
    if (thread == null) {
      thread = Executors.newSingleThreadExecutor(ServerConnection::callThread);
    }
    return thread;
  }

  private static ServerException classified(String what, Throwable cause) {
    if (cause instanceof MlflowHttpException http) {
      String body = http.getBodyMessage() == null ? http.getReasonPhrase() : http.getBodyMessage();
      return ServerException.ofStatus(
          http.getStatusCode(), what + ": HTTP " + http.getStatusCode() + " " + body);
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new ServerException(ServerException.Kind.UNAVAILABLE, what + ": " + root);
  }

  private static Thread callThread(Runnable work) {
    Thread made = new Thread(work, "mlflow-call");
    made.setDaemon(true);
    return made;
  }

  /** Gives up the client, its connections and its thread; the next call makes new ones. */
  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
    if (client != null) {
      MlflowClient old = client;
      client = null;
      // Closing may wait for a connection that hangs, so nobody waits for it.
      callThread(old::close).start();
    }
  }
}
