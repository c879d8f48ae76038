package org.clap4j.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.clap4j.training.tracking.JournalSummary;

/**
 * Curves that are drawn together.
 *
 * @param section the metrics' path before the last {@code /}
 * @param title what the chart shows
 * @param curves its lines
 */
record Chart(String section, String title, List<Curve> curves) {

  private static final Pattern CUT_OFF = Pattern.compile("_at_\\d+$");

  /**
   * Groups the curves of runs: of one run, metrics that differ only in a cut-off ({@code R_at_1},
   * {@code R_at_5}) share a chart; of several runs, the runs do. What was measured once is no
   * curve; the table of final metrics has it.
   */
  static List<Chart> of(List<RunRecord> runs) {
    TreeSet<String> names = new TreeSet<>(MetricOrder.COMPARATOR);
    runs.forEach(run -> names.addAll(run.journal().curves().keySet()));
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (String name : names) {
      boolean alone = runs.size() == 1;
      String family = alone ? CUT_OFF.matcher(name).replaceFirst("_at_k") : name;
      Chart chart =
          charts.computeIfAbsent(
              family, key -> new Chart(section(key), leaf(key), new ArrayList<>()));
      for (RunRecord run : runs) {
        var curve = run.journal().curve(name);
        if (!curve.isEmpty()) {
          chart.curves.add(new Curve(alone ? leaf(name) : run.name(), CurveThinning.thin(curve)));
        }
      }
    }
    return charts.values().stream().filter(chart -> chart.steps().size() > 1).toList();
  }

  private static String section(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  private static String leaf(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** All steps at which any curve has a point, rising. */
  List<Long> steps() {
    TreeSet<Long> steps = new TreeSet<>();
    curves.forEach(curve -> curve.points().forEach(point -> steps.add(point.getKey())));
    return List.copyOf(steps);
  }

  /** The values of a curve at {@code steps}; null where it has none. */
  static List<Double> valuesAt(Curve curve, List<Long> steps) {
    Map<Long, JournalSummary.Point> byStep = new LinkedHashMap<>();
    curve.points().forEach(point -> byStep.put(point.getKey(), point.getValue()));
    List<Double> values = new ArrayList<>();
    for (Long step : steps) {
      JournalSummary.Point point = byStep.get(step);
      values.add(point == null ? null : point.value());
    }
    return values;
  }
}
