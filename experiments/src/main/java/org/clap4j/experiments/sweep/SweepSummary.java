package org.clap4j.experiments.sweep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.clap4j.experiments.report.MetricOrder;
import org.clap4j.training.MetricMode;
import org.clap4j.training.tracking.JournalSummary;

/**
 * What came of a sweep: for each setting every metric's mean and standard deviation over its seeds,
 * the best setting first.
 *
 * @param rankedBy the metric that settings are ranked by; empty if no run has measured any
 * @param metrics all metrics that some finished run has, in the order to show them
 * @param settings the best first; those without a finished run last
 * @param runs every run with its metrics, in order
 */
public record SweepSummary(
    String rankedBy, List<String> metrics, List<Setting> settings, List<MeasuredRun> runs) {

  public SweepSummary {
    metrics = List.copyOf(metrics);
    settings = List.copyOf(settings);
    runs = List.copyOf(runs);
  }

  /**
   * Runs that differ in their seed only.
   *
   * @param name {@code loss=sigmoid batch-size=64}
   * @param axes the same by name
   * @param planned how many runs there should be
   * @param finished how many are finished; the metrics are theirs
   * @param failed how many failed
   * @param metrics by name
   */
  record Setting(
      String name,
      Map<String, String> axes,
      int planned,
      int finished,
      int failed,
      Map<String, Statistic> metrics) {}

  /**
   * A run and what it measured.
   *
   * @param run the run
   * @param metrics by name; empty unless it is finished
   */
  record MeasuredRun(SweepRun run, Map<String, Double> metrics) {}

  /** Reads the journals of a sweep's runs. */
  static SweepSummary of(SweepDirectory directory) throws IOException {
    SweepRecord record = directory.record();
    List<MeasuredRun> runs = new ArrayList<>();
    for (SweepRun run : record.runs()) {
      Map<String, Double> metrics = Map.of();
      if (run.state() == SweepRun.State.FINISHED) {
        JournalSummary journal = JournalSummary.read(directory.of(run));
        metrics = RunMetrics.of(journal, record.bestMetric(), record.bestMode());
      }
      runs.add(new MeasuredRun(run, metrics));
    }
    Set<String> names = new TreeSet<>(MetricOrder.COMPARATOR);
    runs.forEach(run -> names.addAll(run.metrics().keySet()));
    String rankedBy = rankedBy(names, record.bestMetric());
    MetricMode mode =
        rankedBy.equals(record.bestMetric())
            ? record.bestMode()
            : MetricOrder.lowIsGood(rankedBy) ? MetricMode.MIN : MetricMode.MAX;
    return new SweepSummary(
        rankedBy, List.copyOf(names), ranked(settings(runs, names), rankedBy, mode), runs);
  }

  /** Without validation data, the test part's first headline must do. */
  private static String rankedBy(Set<String> names, String bestMetric) {
    return names.contains(bestMetric)
        ? bestMetric
        : MetricOrder.headlines(names, 1).stream().findFirst().orElse("");
  }

  private static List<Setting> settings(List<MeasuredRun> runs, Set<String> names) {
    Map<String, List<MeasuredRun>> bySetting = new LinkedHashMap<>();
    for (MeasuredRun run : runs) {
      bySetting.computeIfAbsent(run.run().setting(), unused -> new ArrayList<>()).add(run);
    }
    return bySetting.values().stream().map(alike -> setting(alike, names)).toList();
  }

  private static Setting setting(List<MeasuredRun> runs, Collection<String> names) {
    Map<String, Statistic> statistics = new LinkedHashMap<>();
    for (String name : names) {
      List<Double> values =
          runs.stream()
              .filter(run -> run.metrics().containsKey(name))
              .map(run -> run.metrics().get(name))
              .toList();
      if (!values.isEmpty()) {
        statistics.put(name, new Statistic(values));
      }
    }
    SweepRun first = runs.get(0).run();
    return new Setting(
        first.setting(),
        first.axes(),
        runs.size(),
        count(runs, SweepRun.State.FINISHED),
        count(runs, SweepRun.State.FAILED),
        statistics);
  }

  private static int count(List<MeasuredRun> runs, SweepRun.State state) {
    return (int) runs.stream().filter(run -> run.run().state() == state).count();
  }

  private static List<Setting> ranked(List<Setting> settings, String metric, MetricMode mode) {
    Comparator<Setting> byMean = Comparator.comparingDouble(setting -> mean(setting, metric, mode));
    return settings.stream().sorted(mode == MetricMode.MIN ? byMean : byMean.reversed()).toList();
  }

  private static double mean(Setting setting, String metric, MetricMode mode) {
    Statistic statistic = setting.metrics().get(metric);
    return statistic == null ? mode.worst() : statistic.mean();
  }

  /**
   * The metrics that say most: the one that settings are ranked by, the same on test data, then
   * other headlines.
   */
  List<String> headlines(int count) {
    Set<String> headlines = new LinkedHashSet<>(List.of(rankedBy));
    headlines.add(rankedBy.replaceFirst("^val/", "test/"));
    headlines.addAll(MetricOrder.headlines(metrics, count));
    return headlines.stream().filter(metrics::contains).limit(count).toList();
  }

  /** The runs that failed, in order. */
  public List<SweepRun> failures() {
    return runs.stream()
        .map(MeasuredRun::run)
        .filter(run -> run.state() == SweepRun.State.FAILED)
        .toList();
  }

  /** The names of all axes, in order. */
  List<String> axes() {
    Set<String> axes = new LinkedHashSet<>();
    settings.forEach(setting -> axes.addAll(setting.axes().keySet()));
    return List.copyOf(axes);
  }
}
