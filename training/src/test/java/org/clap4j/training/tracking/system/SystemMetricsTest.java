package org.clap4j.training.tracking.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemMetricsTest {

  private static final double ROUNDING = 1e-9;

  @TempDir private Path directory;

  @Test
  void percentagesAndMegabytesAreInRange() {
    Map<String, Double> metrics = new SystemMetrics(directory, command -> Optional.empty()).read();
    for (String name :
        List.of(
            "cpu_utilization_percentage",
            "system_memory_usage_percentage",
            "disk_usage_percentage")) {
      double value = metrics.getOrDefault(name, Double.NaN);
      assertTrue(value >= 0 && value <= 100, () -> name + " is " + value);
    }
    for (String name :
        List.of(
            "system_memory_usage_megabytes", "disk_usage_megabytes", "disk_available_megabytes")) {
      assertTrue(metrics.getOrDefault(name, Double.NaN) > 0, name);
    }
  }

  @Test
  void gpusAnswerUnderMlflowsNamesAndWhatTheyDoNotKnowIsLeftOut() {
    SystemMetrics metrics =
        new SystemMetrics(
            directory,
            command -> Optional.of("0, 40, 1000, 4000, 150.5, 301\n1, 7, 500, 1000, [N/A], [N/A]"));
    Map<String, Double> read = metrics.read();
    read.keySet().removeIf(name -> !name.startsWith("gpu_"));
    assertEquals(
        Map.of(
            "gpu_0_utilization_percentage", 40.0,
            "gpu_0_memory_usage_percentage", 25.0,
            "gpu_0_memory_usage_megabytes", 1048.576,
            "gpu_0_power_usage_watts", 150.5,
            "gpu_0_power_usage_percentage", 50.0,
            "gpu_1_utilization_percentage", 7.0,
            "gpu_1_memory_usage_percentage", 50.0,
            "gpu_1_memory_usage_megabytes", 524.288),
        read);
  }

  @Test
  void programThatIsSilentIsNotAskedAgain() {
    List<List<String>> asked = new ArrayList<>();
    SystemMetrics metrics =
        new SystemMetrics(
            directory,
            command -> {
              asked.add(command);
              return Optional.empty();
            });
    metrics.read();
    metrics.read();
    assertEquals(1, asked.size());
  }

  @Test
  void trafficIsTheSumOverInterfaces() {
    List<String> lines =
        List.of(
            "Inter-|   Receive                |  Transmit",
            " face |bytes packets errs drop fifo frame compressed multicast|bytes packets",
            "    lo: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0",
            "  eth0:1000 1 0 0 0 0 0 0 3000 1 0 0 0 0 0 0");
    assertArrayEquals(new double[] {1100, 3200}, SystemMetrics.traffic(lines), ROUNDING);
  }

  @Test
  void resumedRunCountsItsSamplesOnAndLosesNone() throws IOException, InterruptedException {
    recordSamples(TrackedRun.fresh("run", directory), 3);
    int before = samples().size();
    recordSamples(TrackedRun.resumed("run", directory, 1), 2);
    List<Long> steps = samples();
    assertTrue(before >= 3 && steps.size() >= before + 2, () -> steps.toString());
    for (int i = 0; i < steps.size(); i++) {
      assertEquals(i, steps.get(i));
    }
  }

  private List<Long> samples() throws IOException {
    return List.copyOf(JournalSummary.read(directory).curve("system/load").keySet());
  }

  private void recordSamples(TrackedRun run, int count) throws IOException, InterruptedException {
    CountDownLatch taken = new CountDownLatch(count + 1); // the last one may come after the end
    JournalTracker journal = JournalTracker.open(run, Clock.systemUTC());
    try (RunTracker tracker =
        new SampledTracker(
            journal,
            () -> {
              taken.countDown();
              return Map.of("load", 1.0);
            },
            SampledTracker.samplesBefore(JournalSummary.read(directory)),
            0.1)) {
      assertTrue(taken.await(1, TimeUnit.MINUTES));
      tracker.end(RunTracker.Status.FINISHED, "");
    }
  }

  @Test
  void periodMustBeOne() {
    SampledTracker.checkPeriod(0);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> SampledTracker.checkPeriod(-1));
    assertEquals(
        "system-metrics-seconds must be 0 or in [0.1, 86400], was -1.0", refused.getMessage());
  }
}
