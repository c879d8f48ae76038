package org.clap4j.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.clap4j.experiments.bench.Workload;
import org.clap4j.experiments.bench.Workloads;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {

  /** Long enough that the warm-up of a second takes few rounds. */
  private static final Duration ROUND = Duration.ofMillis(100);

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Workload nap(int batch) {
    opened.addAndGet(batch);
    return new Workload() {
      @Override
      public void run() {
        LockSupport.parkNanos(ROUND.toNanos());
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    };
  }

  private int bench(String... arguments) {
    return new CommandLine(new BenchCommand(new Workloads(Map.of("nap", this::nap))))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(new OneLineErrors(() -> false))
        .execute(arguments);
  }

  @Test
  void jsonHoldsWhatWasMeasured() {
    assertEquals(0, bench("nap", "batch=3", "rounds=2", "warm-up=0", "--json"));
    JsonArray results = JsonParser.parseString(out.toString()).getAsJsonArray();
    assertEquals(1, results.size());
    JsonObject result = results.get(0).getAsJsonObject();
    assertTrue(
        Set.of(
                "name",
                "batch",
                "threads",
                "median_seconds",
                "items_per_second",
                "input_rss_mib",
                "peak_rss_mib")
            .containsAll(result.keySet()),
        result.keySet().toString());
    assertEquals("nap", result.get("name").getAsString());
    assertEquals(3, result.get("batch").getAsInt());
    double seconds = result.get("median_seconds").getAsDouble();
    assertTrue(seconds > 0, "median_seconds " + seconds);
    assertEquals(3 / seconds, result.get("items_per_second").getAsDouble());
    assertEquals(3, opened.get());
    assertEquals(1, closed.get());
  }

  @Test
  void allWorkloadsAreMeasuredWhereNoneIsNamed() {
    assertEquals(0, bench("rounds=1", "warm-up=0"));
    assertTrue(out.toString().startsWith("nap "), out.toString());
    assertEquals(8, opened.get());
  }

  @Test
  void pacedRoundsBeginWithALineOfInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("\n\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(0, bench("nap", "rounds=2", "warm-up=0", "--paced"), err::toString);
      assertEquals("ready\nready\n", err.toString());
      assertEquals(2, bench("nap", "rounds=1", "warm-up=0", "--paced"));
    } finally {
      System.setIn(before);
    }
    assertEquals(
        """
        ready
        ready
        ready
        clap4j: standard input ended before the last of the paced rounds
        """,
        err.toString());
  }

  @Test
  void unknownWorkloadIsRefusedBeforeAnythingIsMeasured() {
    assertEquals(2, bench("nap", "naps"));
    assertEquals(
        "clap4j: workload 'naps' is not known; known: nap. Did you mean 'nap'?\n", err.toString());
    assertEquals(0, opened.get());
  }

  @Test
  void wrongNumbersAreRefused() {
    assertEquals(2, bench("batch=0"));
    assertEquals("clap4j: batch must be a whole number of at least 1, was '0'\n", err.toString());
  }

  @Test
  void warmUpMayBeNoneAndNotLess() {
    assertEquals(2, bench("nap", "warm-up=-1"));
    assertEquals(
        "clap4j: warm-up must be a whole number of at least 0, was '-1'\n", err.toString());
  }
}
