package org.clap4j.experiments.sweep;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.clap4j.core.io.AtomicFile;
import org.clap4j.experiments.ExperimentConfig;
import org.clap4j.experiments.TrackingSection;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.run.RunDirectory;

/**
 * The directory of a sweep: {@code sweep.yaml} as the user wrote it, {@code sweep.json} with the
 * state of each run, the journal of the parent run, a run directory for each run, and in the end
 * {@code summary.csv} and {@code runs.csv}.
 *
 * @param path where it is
 */
public record SweepDirectory(Path path) {

  private static final String RECORD = "sweep.json";
  private static final int LONGEST_NAME = 100;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /**
   * Makes the directory of a new sweep, with those of all its runs, in {@code runs} of the base.
   */
  public static SweepDirectory create(SweepPlan plan, Clock clock) throws IOException {
    ExperimentConfig first = plan.runs().get(0).config();
    SweepDirectory sweep =
        new SweepDirectory(RunDirectory.newDirectory(first.runs(), plan.name(), clock));
    Files.copy(plan.file(), sweep.file());
    List<SweepRun> runs = new ArrayList<>();
    for (SweepPlan.Run run : plan.runs()) {
      String directory = directoryName(run);
      RunDirectory.createAt(sweep.path.resolve(directory), run.config());
      runs.add(
          new SweepRun(
              run.number(),
              run.name(),
              run.setting(),
              run.axes(),
              run.seed(),
              directory,
              SweepRun.State.PLANNED,
              ""));
    }
    // Last, since a directory with a record is one that a sweep can go on in.
    sweep.save(
        new SweepRecord(
            plan.name(),
            first.name(),
            first.training().bestMetric(),
            first.training().bestMode(),
            plan.leftOut(),
            runs));
    return sweep;
  }

  /** The number makes it unique; the settings, with plain characters only, make it legible. */
  private static String directoryName(SweepPlan.Run run) {
    Map<String, String> labels = new LinkedHashMap<>(run.axes());
    if (!run.seed().isEmpty()) {
      labels.put(SweepFile.SEED, run.seed());
    }
    String settings =
        labels.isEmpty()
            ? plain(run.name())
            : labels.entrySet().stream()
                .map(label -> plain(label.getKey()) + "=" + plain(label.getValue()))
                .collect(Collectors.joining("_"));
    String name = String.format(Locale.ROOT, "%03d-%s", run.number(), settings);
    return name.length() <= LONGEST_NAME
        ? name
        : name.substring(0, LONGEST_NAME).replaceAll("[^A-Za-z0-9]+$", "");
  }

  /** {@code info-nce(label-smoothing=0.1)} as {@code info-nce-label-smoothing=0.1}. */
  private static String plain(String text) {
    String odd = "[^A-Za-z0-9._=-]+";
    return text.replaceAll("^" + odd + "|" + odd + "$", "")
        .replaceAll("=" + odd, "=")
        .replaceAll(odd, "-");
  }

  /** Whether a directory is that of a sweep. */
  public static boolean isOne(Path path) {
    return Files.isRegularFile(path.resolve(RECORD));
  }

  /** The sweep as the user wrote it. */
  Path file() {
    return path.resolve("sweep.yaml");
  }

  /** The state of every run. */
  SweepRecord record() throws IOException {
    Path file = path.resolve(RECORD);
    try {
      SweepRecord record = GSON.fromJson(Files.readString(file), SweepRecord.class);
      if (record != null) {
        return record;
      }
    } catch (JsonParseException | NullPointerException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
    throw new IOException(file + " is damaged: it is empty");
  }

  /** Replaces the state of every run. */
  void save(SweepRecord record) throws IOException {
    AtomicFile.writeText(path.resolve(RECORD), GSON.toJson(record) + "\n");
  }

  /** The run directory of a run. */
  Path of(SweepRun run) {
    return path.resolve(run.directory());
  }

  /** The run directories of all runs, in order. */
  public List<Path> runs() throws IOException {
    return record().runs().stream().map(this::of).toList();
  }

  /** Where its runs, which share that, and so their parent are recorded. */
  public TrackingSection tracking(ConfigBinder binder) throws IOException {
    Path first = runs().get(0);
    return TrackingSection.of(first, binder)
        .orElseThrow(() -> new IOException(first + " is no run directory: it has no config.yaml"));
  }

  /** Its name, by which trackers know the parent run. */
  String name() {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }
}
