package org.clap4j.training.tracking.system;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.io.Subprocess;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the machine does now, under MLflow's names and in its units: percent, and megabytes of
 * a million bytes. What cannot be read is left out.
 */
final class SystemMetrics {

  private static final double MEGA = 1e6;
  private static final double KIB = 1024;
  private static final double MIB = 1024 * 1024;
  private static final double PERCENT = 100;

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path NETWORK = Path.of("/proc/net/dev");

  /** Fields of a line of {@code /proc/net/dev} behind the interface's name. */
  private static final int RECEIVED_BYTES = 0;

  private static final int SENT_BYTES = 8;

  private static final List<String> GPU_QUERY =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,utilization.gpu,memory.used,memory.total,power.draw,"
              + "enforced.power.limit",
          "--format=csv,noheader,nounits");
  private static final int GPU_FIELDS = 6;

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Path directory;
  private final Subprocess programs;
  private final double[] trafficBefore;
  private boolean hasGpu = true;

  /**
   * Starts to measure.
   *
   * @param directory on the disk that is looked at
   * @param programs through which {@code nvidia-smi} is asked, and never again once it is silent
   */
  SystemMetrics(Path directory, Subprocess programs) {
    this.directory = directory;
    this.programs = programs;
    this.trafficBefore = traffic(lines(NETWORK));
    // The load is that since the last call; the first tells nothing.
    double unused = system.getCpuLoad();
  }

  /** The metrics of now, by MLflow's names without {@code system/}. */
  Map<String, Double> read() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    double load = system.getCpuLoad();
    if (load >= 0) {
      metrics.put("cpu_utilization_percentage", load * PERCENT);
    }
    memory(metrics);
    disk(metrics);
    network(metrics);
    gpus(metrics);
    return metrics;
  }

  private void memory(Map<String, Double> metrics) {
    List<String> lines = lines(MEMORY);
    double total = kibibytes(lines, "MemTotal:");
    double available = kibibytes(lines, "MemAvailable:");
    double used =
        total > 0 && available >= 0
            ? (total - available) * KIB
            : (double) system.getTotalMemorySize() - system.getFreeMemorySize();
    double all = total > 0 ? total * KIB : system.getTotalMemorySize();
    metrics.put("system_memory_usage_megabytes", used / MEGA);
    metrics.put("system_memory_usage_percentage", used / all * PERCENT);
  }

  private static double kibibytes(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .mapToDouble(line -> Double.parseDouble(fields(line.substring(key.length()))[0]))
        .findFirst()
        .orElse(-1);
  }

  private void disk(Map<String, Double> metrics) {
    try {
      FileStore store = Files.getFileStore(directory);
      double used = (double) store.getTotalSpace() - store.getUnallocatedSpace();
      double available = store.getUsableSpace();
      metrics.put("disk_usage_percentage", used / (used + available) * PERCENT);
      metrics.put("disk_usage_megabytes", used / MEGA);
      metrics.put("disk_available_megabytes", available / MEGA);
    } catch (IOException e) {
      // A directory that is gone has no disk.
    }
  }

  private void network(Map<String, Double> metrics) {
    List<String> lines = lines(NETWORK);
    if (!lines.isEmpty()) {
      double[] now = traffic(lines);
      metrics.put("network_receive_megabytes", (now[0] - trafficBefore[0]) / MEGA);
      metrics.put("network_transmit_megabytes", (now[1] - trafficBefore[1]) / MEGA);
    }
  }

  /** Bytes received and sent by all interfaces, the machine's own to itself included. */
  static double[] traffic(List<String> lines) {
    double[] bytes = new double[2];
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon >= 0) {
        String[] fields = fields(line.substring(colon + 1));
        bytes[0] += Double.parseDouble(fields[RECEIVED_BYTES]);
        bytes[1] += Double.parseDouble(fields[SENT_BYTES]);
      }
    }
    return bytes;
  }

  private void gpus(Map<String, Double> metrics) {
    if (hasGpu) {
      String answer = programs.ask(GPU_QUERY).orElse("");
      hasGpu = !answer.isBlank();
      answer.lines().forEach(line -> gpu(line, metrics));
    }
  }

  private static void gpu(String line, Map<String, Double> metrics) {
    String[] fields = line.split("\\s*,\\s*", -1);
    if (fields.length != GPU_FIELDS) {
      return;
    }
    String gpu = "gpu_" + fields[0].strip() + "_";
    Double used = number(fields[2]);
    Double watts = number(fields[4]);
    put(metrics, gpu + "utilization_percentage", number(fields[1]));
    put(metrics, gpu + "memory_usage_percentage", percentage(used, number(fields[3])));
    put(metrics, gpu + "memory_usage_megabytes", used == null ? null : used * MIB / MEGA);
    put(metrics, gpu + "power_usage_watts", watts);
    put(metrics, gpu + "power_usage_percentage", percentage(watts, number(fields[5])));
  }

  private static void put(Map<String, Double> metrics, String name, @Nullable Double value) {
    if (value != null) {
      metrics.put(name, value);
    }
  }

  private static @Nullable Double percentage(@Nullable Double part, @Nullable Double whole) {
    return part == null || whole == null ? null : part / whole * PERCENT;
  }

  /** A field's number; null for {@code [N/A]} and its like. */
  private static @Nullable Double number(String field) {
    try {
      return Double.valueOf(field.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String[] fields(String text) {
    return text.strip().split("\\s+", -1);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
