package org.clap4j.experiments.cli;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.clap4j.core.config.KnownNames;
import org.clap4j.experiments.bench.Measurement;
import org.clap4j.experiments.bench.Workload;
import org.clap4j.experiments.bench.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures throughput on this machine. */
@Command(name = "bench", description = "Measures throughput on this machine.")
public final class BenchCommand implements Runnable {

  private static final int DEFAULT_BATCH = 8;
  private static final int DEFAULT_ROUNDS = 5;
  private static final int DEFAULT_WARM_UP_SECONDS = 10;

  @Parameters(
      paramLabel = "NAME|batch=8|rounds=5|warm-up=10",
      arity = "0..*",
      description =
          "Workloads to measure, all if none is named; items per round; rounds; seconds of rounds"
              + " that are not measured, before the first that is.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--paced",
      description =
          "Write 'ready' to standard error before each measured round, and begin it, after one that"
              + " is not measured, when a line comes on standard input: two processes can then be"
              + " measured in turn.")
  private boolean paced;

  @Mixin private JsonOption json = new JsonOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Workloads workloads;

  @Inject
  BenchCommand(Workloads workloads) {
    this.workloads = workloads;
  }

  @Override
  public void run() {
    Map<String, Workload.Setup> known = workloads.byName();
    List<String> names = new ArrayList<>();
    int batch = DEFAULT_BATCH;
    int rounds = DEFAULT_ROUNDS;
    int warmUpSeconds = DEFAULT_WARM_UP_SECONDS;
    for (String argument : arguments) {
      if (argument.startsWith("batch=")) {
        batch = number(argument, 1);
      } else if (argument.startsWith("rounds=")) {
        rounds = number(argument, 1);
      } else if (argument.startsWith("warm-up=")) {
        warmUpSeconds = number(argument, 0);
      } else if (known.containsKey(argument)) {
        names.add(argument);
      } else {
        throw new UsageException(KnownNames.unknown("workload", argument, known.keySet()));
      }
    }
    Output output = json.output();
    List<Map<String, Object>> results = new ArrayList<>();
    for (String name : names.isEmpty() ? known.keySet() : names) {
      Workload.Setup setup = Objects.requireNonNull(known.get(name));
      try (Workload workload = setup.open(batch)) {
        Measurement measurement =
            Measurement.of(
                name,
                workload,
                batch,
                rounds,
                warmUpSeconds,
                paced ? () -> pace(workload) : () -> {});
        results.add(fields(measurement));
        if (!json.isGiven()) {
          output.line(line(measurement));
        }
      }
    }
    if (json.isGiven()) {
      output.json(results);
    }
  }

  /** Waits for a line, and does a round that makes up for what the wait has let go cold. */
  private void pace(Workload workload) {
    awaitLine();
    workload.warmUp();
  }

  private void awaitLine() {
    spec.commandLine().getErr().println("ready");
    spec.commandLine().getErr().flush();
    try {
      for (int read = System.in.read(); read != '\n'; read = System.in.read()) {
        if (read < 0) {
          throw new UsageException("standard input ended before the last of the paced rounds");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> fields(Measurement measurement) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", measurement.name());
    fields.put("batch", measurement.batch());
    fields.put("threads", measurement.threads());
    fields.put("median_seconds", measurement.medianSeconds());
    fields.put("items_per_second", measurement.itemsPerSecond());
    putIfKnown("input_rss_mib", measurement.inputRssMib(), fields);
    putIfKnown("peak_rss_mib", measurement.peakRssMib(), fields);
    return fields;
  }

  private static void putIfKnown(String key, double value, Map<String, Object> fields) {
    if (!Double.isNaN(value)) {
      fields.put(key, value);
    }
  }

  private static String line(Measurement measurement) {
    return String.format(
        Locale.ROOT,
        "%-14s batch %-5d %9.4f s %10.2f items/s   inputs %.0f MiB, peak %.0f MiB",
        measurement.name(),
        measurement.batch(),
        measurement.medianSeconds(),
        measurement.itemsPerSecond(),
        measurement.inputRssMib(),
        measurement.peakRssMib());
  }

  private static int number(String argument, int least) {
    String value = argument.substring(argument.indexOf('=') + 1);
    if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < least) {
      throw new UsageException(
          argument.substring(0, argument.indexOf('='))
              + " must be a whole number of at least "
              + least
              + ", was '"
              + value
              + "'");
    }
    return Integer.parseInt(value);
  }
}
