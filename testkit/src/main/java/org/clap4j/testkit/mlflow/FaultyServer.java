package org.clap4j.testkit.mlflow;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server of HTTP/1.1 that takes runs as {@link FakeMlflow} does, and misbehaves as it is told. It
 * speaks the protocol itself, since ready-made servers know no half answers and resets.
 */
public final class FaultyServer implements AutoCloseable {

  /** What happens to a request. */
  public sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /** It is answered with a status, and not carried out. */
    record Refused(int status) implements Fault {}

    /** It is answered with 429 and a {@code Retry-After}, and not carried out. */
    record Overloaded(Duration retryAfter, boolean asDate) implements Fault {}

    /** It is carried out and answered with a status all the same. */
    record CarriedOutThenRefused(int status) implements Fault {}

    /** It is never answered. */
    record Silent() implements Fault {}

    /** It is carried out after a while. */
    record Slow(Duration delay) implements Fault {}

    /** It is carried out, and after half of the answer's body there is silence. */
    record HalfAnswered() implements Fault {}

    /** It is carried out, and the connection is reset in the middle of the answer. */
    record Reset() implements Fault {}
  }

  /** Decides what happens to a request. */
  @FunctionalInterface
  public interface Faults {
    /**
     * Decides.
     *
     * @param call method and path without names of runs and models: {@code POST runs/create}
     * @param count how many requests of this call there were before
     */
    Fault of(String call, int count);
  }

  private final ServerSocket socket;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final FakeMlflow mlflow = new FakeMlflow();
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<String> received = new ArrayList<>();
  private volatile Faults faults;
  private long wantsNobodyUntilNanos = System.nanoTime();
  private int impatient;

  /** What everybody must have in the header {@code Authorization}; empty if nothing. */
  private volatile String authorization = "";

  private record Request(String call, URI uri, String authorization, byte[] body) {}

  /** A server on some free port. */
  public FaultyServer(Faults faults) throws IOException {
    this(0, faults);
  }

  /** A server on a port, at which there may have been nobody before. */
  public FaultyServer(int port, Faults faults) throws IOException {
    this(new ServerSocket(), "http", port, faults);
  }

  private FaultyServer(ServerSocket socket, String scheme, int port, Faults faults)
      throws IOException {
    this.socket = socket;
    this.scheme = scheme;
    this.faults = faults;
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    threads.execute(this::accept);
  }

  /** A server that speaks TLS. */
  public static FaultyServer overTls(TestCertificate certificate, Faults faults)
      throws IOException {
    ServerSocket socket = certificate.server().getServerSocketFactory().createServerSocket();
    return new FaultyServer(socket, "https", 0, faults);
  }

  /** Its address, {@code http://127.0.0.1:PORT}. */
  public URI uri() {
    return URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort());
  }

  /** From now on answers 401 to those who do not send just this {@code Authorization}. */
  public void require(String newAuthorization) {
    authorization = newAuthorization;
  }

  /** From now on nothing goes wrong. */
  public void recover() {
    faults = (call, count) -> new Fault.None();
  }

  /** What has arrived. */
  public FakeMlflow mlflow() {
    return mlflow;
  }

  /** How many requests came before the time at which the server had asked for the next one. */
  public synchronized int impatientRequests() {
    return impatient;
  }

  /** All requests, the refused ones included, as text, but for their {@code Authorization}. */
  public synchronized String received() {
    return String.join("\n", received);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.add(connection);
        threads.execute(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (answer(read(in), connection)) {
        // The next request comes on the same connection.
      }
    } catch (IOException e) {
      // The other side has left.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  private Request read(InputStream in) throws IOException {
    String request = line(in);
    StringBuilder head = new StringBuilder(request);
    int length = 0;
    String who = "";
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String[] parts = header.split(":", 2);
      String value = parts[1].strip();
      switch (parts[0].toLowerCase(Locale.ROOT)) {
        case "authorization" -> who = value;
        case "content-length" -> length = Integer.parseInt(value);
        default -> head.append('\n').append(header);
      }
    }
    byte[] body = in.readNBytes(length);
    synchronized (this) {
      received.add(head + "\n" + new String(body, StandardCharsets.ISO_8859_1));
    }
    String[] words = request.split(" ", 3);
    URI uri = URI.create(words[1]);
    String path = uri.getPath();
    String name =
        path.startsWith(FakeMlflow.ARTIFACTS)
            ? "artifact"
            : path.startsWith(FakeMlflow.API) ? callName(path) : path;
    return new Request(words[0] + " " + name, uri, who, body);
  }

  private static String callName(String path) {
    return path.substring(FakeMlflow.API.length()).replaceFirst("/m-[0-9a-f]+", "/ID");
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** Answers a request; false if nothing more can come on its connection. */
  private boolean answer(Request request, Socket connection)
      throws IOException, InterruptedException {
    if (!authorization.isEmpty() && !authorization.equals(request.authorization())) {
      send(connection, FakeMlflow.Answer.error(401, "UNAUTHENTICATED"), "", 1);
      return true;
    }
    Fault fault = fault(request);
    if (fault instanceof Fault.Silent) {
      closed.await();
      return false;
    }
    if (fault instanceof Fault.Slow slow) {
      var unused = closed.await(slow.delay().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (fault instanceof Fault.Overloaded overloaded) {
      send(connection, FakeMlflow.Answer.error(429, "FAULT"), retryAfter(overloaded), 1);
      return true;
    }
    if (fault instanceof Fault.Refused refused) {
      send(connection, FakeMlflow.Answer.error(refused.status(), "FAULT"), "", 1);
      return true;
    }
    FakeMlflow.Answer answer = mlflow.carryOut(request.call(), request.uri(), request.body());
    if (fault instanceof Fault.CarriedOutThenRefused refused) {
      answer = FakeMlflow.Answer.error(refused.status(), "FAULT");
    }
    boolean half = fault instanceof Fault.HalfAnswered || fault instanceof Fault.Reset;
    send(connection, answer, "", half ? 2 : 1);
    if (fault instanceof Fault.HalfAnswered) {
      closed.await();
    }
    if (fault instanceof Fault.Reset) {
      connection.setSoLinger(true, 0); // to close is to reset, then
    }
    return !half;
  }

  private synchronized Fault fault(Request request) {
    if (System.nanoTime() - wantsNobodyUntilNanos < 0) {
      impatient++;
    }
    int count = counts.merge(request.call(), 1, Integer::sum) - 1;
    Fault fault = faults.of(request.call(), count);
    if (fault instanceof Fault.Overloaded overloaded) {
      wantsNobodyUntilNanos = System.nanoTime() + overloaded.retryAfter().toNanos();
    }
    return fault;
  }

  /** As a server would whose clock is an hour behind. */
  private static String retryAfter(Fault.Overloaded overloaded) {
    Instant now = Instant.now().minus(Duration.ofHours(1));
    String when =
        overloaded.asDate()
            ? httpDate(now.plus(overloaded.retryAfter()))
            : Long.toString(overloaded.retryAfter().toSeconds());
    return "Date: " + httpDate(now) + "\r\nRetry-After: " + when + "\r\n";
  }

  private static String httpDate(Instant time) {
    return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
        .format(time.atOffset(ZoneOffset.UTC));
  }

  /** Sends the head and the first part of the body, of so many equal ones. */
  private static void send(Socket connection, FakeMlflow.Answer answer, String headers, int parts)
      throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d Answer\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(answer.status(), body.length, headers);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    bytes.write(body, 0, body.length / parts);
    connection.getOutputStream().write(bytes.toByteArray());
    connection.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
    for (Socket connection : connections) {
      connection.close();
    }
    threads.shutdownNow();
  }
}
