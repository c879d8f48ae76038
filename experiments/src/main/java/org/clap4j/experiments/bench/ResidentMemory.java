package org.clap4j.experiments.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What of this process is in memory, in MiB, as Linux tells it; NaN on another system. */
final class ResidentMemory {

  private static final Path PROCESS = Path.of("/proc/self");

  private ResidentMemory() {}

  /** Now. */
  static double mib() {
    return status("VmRSS:");
  }

  /** At most, since the process began or {@link #resetPeak}. */
  static double peakMib() {
    return status("VmHWM:");
  }

  /** Forgets the peak so far; says whether the system lets it. */
  static boolean resetPeak() {
    try {
      Files.writeString(PROCESS.resolve("clear_refs"), "5");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static double status(String field) {
    try (Stream<String> lines = Files.lines(PROCESS.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
