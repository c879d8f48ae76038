package org.clap4j.experiments.sweep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/** Writes a summary: for people, as CSV, as a JSON document. */
public final class SummaryTables {

  private static final int SHOWN_METRICS = 4;
  private static final String ABSENT = "-";

  private SummaryTables() {}

  /** The lines of a table, the best setting first; then one line for each failure. */
  public static List<String> lines(SweepSummary summary) {
    List<String> metrics = summary.headlines(SHOWN_METRICS);
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("setting", "runs"));
    head.addAll(metrics);
    rows.add(head);
    for (SweepSummary.Setting setting : summary.settings()) {
      List<String> row = new ArrayList<>();
      row.add(setting.name());
      row.add(
          setting.finished() == setting.planned()
              ? Integer.toString(setting.finished())
              : setting.finished() + " of " + setting.planned());
      metrics.forEach(name -> row.add(text(setting.metrics().get(name))));
      rows.add(row);
    }
    List<String> lines = aligned(rows);
    for (SweepRun run : summary.failures()) {
      lines.add("failed: run %d (%s): %s".formatted(run.number(), run.name(), run.message()));
    }
    return lines;
  }

  private static String text(@Nullable Statistic statistic) {
    if (statistic == null) {
      return ABSENT;
    }
    String mean = String.format(Locale.ROOT, "%.4f", statistic.mean());
    return statistic.values().size() == 1
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.4f", statistic.standardDeviation());
  }

  private static List<String> aligned(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        line.append(column == 0 ? "" : "  ");
        String padding = " ".repeat(widths[column] - row.get(column).length());
        line.append(column == 0 ? row.get(column) + padding : padding + row.get(column));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** One line for each setting: its axes, counts, each metric's mean and standard deviation. */
  static String settingsCsv(SweepSummary summary) throws IOException {
    List<String> head = new ArrayList<>(summary.axes());
    head.addAll(List.of("runs", "finished", "failed"));
    for (String name : summary.metrics()) {
      head.add(name);
      head.add(name + " sd");
    }
    List<List<Object>> rows = new ArrayList<>();
    for (SweepSummary.Setting setting : summary.settings()) {
      List<Object> row = new ArrayList<>();
      summary.axes().forEach(axis -> row.add(setting.axes().getOrDefault(axis, "")));
      row.addAll(List.of(setting.planned(), setting.finished(), setting.failed()));
      for (String name : summary.metrics()) {
        Statistic statistic = setting.metrics().get(name);
        boolean spread = statistic != null && statistic.values().size() > 1;
        row.add(statistic == null ? "" : statistic.mean());
        row.add(statistic != null && spread ? statistic.standardDeviation() : "");
      }
      rows.add(row);
    }
    return csv(head, rows);
  }

  /** One line for each run: its axes, seed, state, directory and metrics. */
  static String runsCsv(SweepSummary summary) throws IOException {
    List<String> head = new ArrayList<>(List.of("number"));
    head.addAll(summary.axes());
    head.addAll(List.of("seed", "state", "directory"));
    head.addAll(summary.metrics());
    List<List<Object>> rows = new ArrayList<>();
    for (SweepSummary.MeasuredRun measured : summary.runs()) {
      SweepRun run = measured.run();
      List<Object> row = new ArrayList<>(List.of(run.number()));
      summary.axes().forEach(axis -> row.add(run.axes().getOrDefault(axis, "")));
      row.addAll(List.of(run.seed(), run.state().name().toLowerCase(Locale.ROOT), run.directory()));
      for (String name : summary.metrics()) {
        Double value = measured.metrics().get(name);
        row.add(value == null ? "" : value);
      }
      rows.add(row);
    }
    return csv(head, rows);
  }

  private static String csv(List<String> head, List<List<Object>> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      printer.printRecord(head);
      printer.printRecords(rows);
    }
    return text.toString();
  }

  /** The summary as a document. */
  public static Map<String, Object> document(SweepSummary summary) {
    List<Object> settings = new ArrayList<>();
    for (SweepSummary.Setting setting : summary.settings()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("setting", setting.axes());
      entry.put("runs", setting.planned());
      entry.put("finished", setting.finished());
      entry.put("failed", setting.failed());
      Map<String, Object> metrics = new LinkedHashMap<>();
      setting.metrics().forEach((name, statistic) -> metrics.put(name, document(statistic)));
      entry.put("metrics", metrics);
      settings.add(entry);
    }
    List<Object> failures = new ArrayList<>();
    for (SweepRun run : summary.failures()) {
      failures.add(Map.of("number", run.number(), "name", run.name(), "message", run.message()));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("ranked_by", summary.rankedBy());
    document.put("settings", settings);
    document.put("failures", failures);
    return document;
  }

  private static Map<String, Object> document(Statistic statistic) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("mean", statistic.mean());
    if (statistic.values().size() > 1) {
      entry.put("standard_deviation", statistic.standardDeviation());
    }
    entry.put("values", statistic.values());
    return entry;
  }
}
