package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.mlflow.tracking.MlflowClient;

/**
 * Calls the server, through the Java client where it has the call. The client's own HTTP is not
 * used: it waits for ever for a server that hangs, stops at the third answer of 429, sends whatever
 * failed twice more at once, and knows only the certificates of Java. Its requests go out here
 * instead, each once, under a deadline, and with {@code Retry-After} seen.
 */
final class ServerConnection {

  /** A use of the client. */
  @FunctionalInterface
  interface Call<T> {
    T apply(MlflowClient client) throws Exception;
  }

  private static final String API = "/api/2.0/mlflow/";

  private final Duration deadline;
  private final PlainHttp plain;

  ServerConnection(MlflowSettings settings, Duration deadline) {
    this.deadline = deadline;
    this.plain = new PlainHttp(settings);
  }

  /**
   * Makes a call; {@code what} names it in messages. Only those calls of the client can be made
   * that go through its {@code sendGet} and {@code sendPost}.
   */
  <T> T call(String what, Call<T> call) throws ServerException, InterruptedException {
    try (Client client = new Client(what)) {
      return call.apply(client);
    } catch (Unsent e) {
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw e.getCause() instanceof ServerException failure
          ? failure
          : new ServerException(ServerException.Kind.UNAVAILABLE, what + ": " + e.getCause());
    } catch (Exception e) {
      throw new ServerException(ServerException.Kind.UNAVAILABLE, what + ": " + e);
    }
  }

  /** Posts JSON to {@code /api/2.0/mlflow/PATH}. */
  String post(String what, String path, String json) throws ServerException, InterruptedException {
    return send(what, "POST", path, json);
  }

  /** The same with any method: {@code PATCH}, {@code DELETE}. */
  String send(String what, String method, String path, String json)
      throws ServerException, InterruptedException {
    return plain.send(what, method, API + path, json, deadline);
  }

  /** Reads {@code /api/2.0/mlflow/PATH}. */
  JsonObject get(String what, String path) throws ServerException, InterruptedException {
    return ServerAnswers.object(what, plain.get(what, API + path, deadline));
  }

  /** The requests beside the client's, with the same credentials. */
  PlainHttp plain() {
    return plain;
  }

  /** The Java client, which speaks through this connection. */
  private final class Client extends MlflowClient {

    private static final long serialVersionUID = 1L;

    /** A call that does not go through this connection must not reach anybody. */
    private static final String NOWHERE = "http://mlflow.invalid";

    private final transient String what;

    Client(String what) {
      super(NOWHERE);
      this.what = what;
    }

    @Override
    public String sendGet(String path) {
      return sent(() -> plain.get(what, API + path, deadline));
    }

    @Override
    public String sendPost(String path, String json) {
      return sent(() -> post(what, path, json));
    }

    private static String sent(Callable<String> request) {
      try {
        return request.call();
      } catch (Exception e) {
        throw new Unsent(e);
      }
    }
  }

  /** Takes a failure through the client, which knows no such exceptions. */
  private static final class Unsent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Unsent(Exception cause) {
      super(cause);
    }
  }
}
