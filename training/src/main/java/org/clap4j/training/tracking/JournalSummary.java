package org.clap4j.training.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.clap4j.core.tracking.TrackedDataset;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says in the end: params and tags as last set, curves with each step once (what was
 * logged after a checkpoint that training later went back to is dropped), how the run ended.
 */
public final class JournalSummary {

  /**
   * Begins the names of metrics of the machine, as MLflow has them. Their steps number the samples,
   * not the steps of training.
   */
  public static final String SYSTEM_PREFIX = "system/";

  private JournalEntry.@Nullable Started started;
  private JournalEntry.@Nullable Ended ended;
  private long lastTimeMillis;
  private final Map<String, String> params = new LinkedHashMap<>();
  private final Map<String, String> tags = new LinkedHashMap<>();
  private final Map<String, TrackedDataset> datasets = new LinkedHashMap<>();
  private final Map<String, NavigableMap<Long, Point>> curves = new TreeMap<>();

  /**
   * A point of a curve.
   *
   * @param timeMillis when it was logged
   * @param value finite
   */
  public record Point(long timeMillis, double value) {}

  private JournalSummary() {}

  /** Sums up the journal of a run directory; that of nothing if there is none. */
  public static JournalSummary read(Path runDirectory) throws IOException {
    Path file = runDirectory.resolve(JournalTracker.FILE_NAME);
    return of(Files.exists(file) ? new JournalReader(file).readAll() : List.of());
  }

  /** Sums up entries in the order in which they were written. */
  public static JournalSummary of(List<JournalEntry> entries) {
    JournalSummary summary = new JournalSummary();
    entries.forEach(summary::add);
    return summary;
  }

  private void add(JournalEntry entry) {
    lastTimeMillis = entry.timeMillis();
    if (entry instanceof JournalEntry.Started first) {
      started = started == null ? first : started;
    } else if (entry instanceof JournalEntry.Params settings) {
      params.putAll(settings.values());
    } else if (entry instanceof JournalEntry.Tags marks) {
      tags.putAll(marks.values());
    } else if (entry instanceof JournalEntry.Dataset data) {
      datasets.put(data.dataset().use(), data.dataset());
    } else if (entry instanceof JournalEntry.Metrics metrics) {
      metrics.values().forEach((name, value) -> addPoint(name, metrics, value));
    } else if (entry instanceof JournalEntry.Resumed resumed) {
      ended = null;
      curves.forEach((name, curve) -> supersede(name, curve, resumed.step()));
      curves.values().removeIf(Map::isEmpty);
    } else if (entry instanceof JournalEntry.Ended end) {
      ended = end;
    }
  }

  /** What the machine did is no less true for being done again; its steps count samples. */
  private static void supersede(String name, NavigableMap<Long, Point> curve, long step) {
    if (!name.startsWith(SYSTEM_PREFIX)) {
      curve.tailMap(step, false).clear();
    }
  }

  private void addPoint(String name, JournalEntry.Metrics metrics, double value) {
    curves
        .computeIfAbsent(name, unused -> new TreeMap<>())
        .put(metrics.step(), new Point(metrics.timeMillis(), value));
  }

  /** The first line, if the journal has one. */
  public Optional<JournalEntry.Started> started() {
    return Optional.ofNullable(started);
  }

  /** How the run ended; empty while it runs, and after a death that nobody could write down. */
  public Optional<JournalEntry.Ended> ended() {
    return Optional.ofNullable(ended);
  }

  /** When the last line was written, in milliseconds since the epoch; 0 for an empty journal. */
  public long lastTimeMillis() {
    return lastTimeMillis;
  }

  /** Settings as last recorded, in the order in which they first came. */
  public Map<String, String> params() {
    return Ordered.copy(params);
  }

  /** Tags as last recorded. */
  public Map<String, String> tags() {
    return Ordered.copy(tags);
  }

  /** The data that the run last read, by use. */
  public Map<String, TrackedDataset> datasets() {
    return Ordered.copy(datasets);
  }

  /** The curves by metric name, each by step. */
  public Map<String, NavigableMap<Long, Point>> curves() {
    return Ordered.copy(curves);
  }

  /** One curve by step; empty if the metric was never logged. */
  public NavigableMap<Long, Point> curve(String name) {
    return curves.getOrDefault(name, Collections.emptyNavigableMap());
  }
}
