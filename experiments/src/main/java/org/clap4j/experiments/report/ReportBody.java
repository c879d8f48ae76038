package org.clap4j.experiments.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.clap4j.training.tracking.JournalSummary;

/** The part of the page that people see. */
final class ReportBody {

  private static final int TILES = 6;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final List<RunRecord> runs;
  private final List<Chart> charts;
  private final StringBuilder html = new StringBuilder();

  ReportBody(List<RunRecord> runs, List<Chart> charts) {
    this.runs = runs;
    this.charts = charts;
  }

  static String chartId(int index) {
    return "chart-" + index;
  }

  String html() {
    header();
    if (runs.size() == 1) {
      tiles(runs.get(0).journal());
    } else {
      comparedRuns();
    }
    curves();
    metricsTable();
    runs.forEach(this::examples);
    if (runs.size() > 1) {
      differences();
    }
    configurations();
    environments();
    return html.toString();
  }

  private void header() {
    html.append("<header><h1>")
        .append(Html.escape(runs.size() == 1 ? runs.get(0).name() : runs.size() + " runs compared"))
        .append("</h1>");
    if (runs.size() == 1) {
      html.append(badge(runs.get(0).journal()));
    }
    html.append("<button id=\"theme\" class=\"theme\" type=\"button\">Dark</button></header>\n");
    if (runs.size() == 1) {
      html.append("<p class=\"facts\">").append(Html.escape(facts(runs.get(0)))).append("</p>\n");
    }
  }

  private static String badge(JournalSummary journal) {
    String status =
        journal.ended().map(end -> end.status().name().toLowerCase(Locale.ROOT)).orElse("running");
    return "<span class=\"badge " + status + "\">" + status + "</span>";
  }

  private static String facts(RunRecord run) {
    List<String> facts = new ArrayList<>();
    JournalSummary journal = run.journal();
    journal
        .started()
        .ifPresent(
            started -> {
              facts.add(DATE.format(Instant.ofEpochMilli(started.timeMillis())));
              facts.add(duration(journal.lastTimeMillis() - started.timeMillis()));
            });
    journal.curves().values().stream()
        .filter(curve -> !curve.isEmpty())
        .mapToLong(NavigableMap::lastKey)
        .max()
        .ifPresent(step -> facts.add(String.format(Locale.ROOT, "%,d steps", step)));
    journal
        .ended()
        .filter(end -> !end.message().isBlank())
        .ifPresent(end -> facts.add(end.message()));
    return String.join(" · ", facts);
  }

  private static String duration(long millis) {
    Duration duration = Duration.ofMillis(millis);
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
        : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  private void tiles(JournalSummary journal) {
    List<String> shown = MetricOrder.headlines(journal.curves().keySet(), TILES);
    if (shown.isEmpty()) {
      return;
    }
    html.append("<div class=\"tiles\">\n");
    for (String name : shown) {
      html.append("<div class=\"tile\"><b>")
          .append(number(journal.curve(name).lastEntry().getValue().value()))
          .append("</b><span>")
          .append(Html.escape(name))
          .append("</span></div>\n");
    }
    html.append("</div>\n");
  }

  private void comparedRuns() {
    html.append("<h2>Runs</h2>\n<div class=\"card scroll\"><table>\n");
    for (int run = 0; run < runs.size(); run++) {
      html.append("<tr><td class=\"wrap\">")
          .append(swatch(run))
          .append(Html.escape(runs.get(run).name()))
          .append("</td><td>")
          .append(badge(runs.get(run).journal()))
          .append("</td><td>")
          .append(Html.escape(facts(runs.get(run))))
          .append("</td></tr>\n");
    }
    html.append("</table></div>\n");
  }

  private static String swatch(int index) {
    return "<span class=\"swatch\" style=\"background:var(--s" + index % 8 + ")\"></span>";
  }

  private void curves() {
    html.append("<h2>Curves</h2>\n");
    html.append(
        "<div class=\"controls\"><label>Smoothing <input type=\"range\" id=\"smooth\" min=\"0\""
            + " max=\"0.98\" step=\"0.02\" value=\"0\"></label><label><input type=\"checkbox\""
            + " id=\"log\"> Logarithmic</label></div>\n");
    if (charts.isEmpty()) {
      html.append("<p class=\"facts\">No metrics were recorded.</p>\n");
    }
    String section = null;
    for (int index = 0; index < charts.size(); index++) {
      Chart chart = charts.get(index);
      if (!chart.section().equals(section)) {
        html.append(section == null ? "" : "</div>\n");
        section = chart.section();
        html.append("<h3>").append(Html.escape(section)).append("</h3>\n<div class=\"charts\">\n");
      }
      html.append("<div class=\"card chart\"><div class=\"title\">")
          .append(Html.escape(chart.title()))
          .append("</div><div id=\"")
          .append(chartId(index))
          .append("\"></div></div>\n");
    }
    html.append(section == null ? "" : "</div>\n");
  }

  private void metricsTable() {
    TreeSet<String> names = new TreeSet<>(MetricOrder.COMPARATOR);
    runs.forEach(run -> names.addAll(run.journal().curves().keySet()));
    if (names.isEmpty()) {
      return;
    }
    html.append("<h2>Final metrics</h2>\n<div class=\"card scroll\"><table>\n<tr><th>Metric</th>");
    for (int run = 0; run < runs.size(); run++) {
      String heading = runs.size() == 1 ? "Last" : swatch(run) + Html.escape(runs.get(run).name());
      html.append("<th class=\"n\">").append(heading).append("</th>");
    }
    html.append(runs.size() == 1 ? "<th class=\"n\">Best</th><th class=\"n\">at step</th>" : "");
    html.append("</tr>\n");
    names.forEach(this::metricRow);
    html.append("</table></div>\n");
  }

  private void metricRow(String name) {
    html.append("<tr><td class=\"wrap\">").append(Html.escape(name)).append("</td>");
    for (RunRecord run : runs) {
      NavigableMap<Long, JournalSummary.Point> curve = run.journal().curve(name);
      html.append("<td class=\"n\">")
          .append(curve.isEmpty() ? "–" : number(curve.lastEntry().getValue().value()))
          .append("</td>");
    }
    if (runs.size() == 1) {
      bestCells(name, runs.get(0).journal().curve(name));
    }
    html.append("</tr>\n");
  }

  private void bestCells(String name, NavigableMap<Long, JournalSummary.Point> curve) {
    if (!MetricOrder.isQuality(name)) {
      html.append("<td></td><td></td>");
      return;
    }
    Map.Entry<Long, JournalSummary.Point> best = curve.firstEntry();
    for (Map.Entry<Long, JournalSummary.Point> point : curve.entrySet()) {
      double gain = point.getValue().value() - best.getValue().value();
      best = (MetricOrder.lowIsGood(name) ? gain < 0 : gain > 0) ? point : best;
    }
    html.append("<td class=\"n\">")
        .append(number(best.getValue().value()))
        .append("</td><td class=\"n\">")
        .append(best.getKey())
        .append("</td>");
  }

  private void examples(RunRecord run) {
    if (run.examples().isEmpty()) {
      return;
    }
    String whose = runs.size() == 1 ? "" : ": " + Html.escape(run.name());
    html.append("<h2>Retrieval examples").append(whose).append("</h2>\n");
    html.append(
        "<p class=\"facts\">Captions that the model serves best, then worst; the right clip is"
            + " marked.</p>\n<div class=\"examples\">\n");
    run.examples().forEach(this::example);
    html.append("</div>\n");
  }

  private void example(RetrievalExample example) {
    html.append("<div class=\"card example\"><p>“")
        .append(Html.escape(example.caption()))
        .append("” <span class=\"badge ")
        .append(example.rank() == 1 ? "finished" : example.rank() <= 10 ? "running" : "failed")
        .append("\">rank ")
        .append(example.rank())
        .append(" of ")
        .append(example.clips())
        .append("</span></p><ol>\n");
    int previous = 0;
    for (RetrievalExample.Hit hit : example.hits()) {
      String classes = (hit.right() ? "right " : "") + (hit.rank() > previous + 1 ? "gap" : "");
      html.append("<li class=\"")
          .append(classes.strip())
          .append("\"><span class=\"rank\">")
          .append(hit.rank())
          .append(hit.right() ? " ✓" : "")
          .append("</span><span class=\"clip\">")
          .append(Html.escape(hit.clip()))
          .append("</span><span class=\"score\">")
          .append(String.format(Locale.ROOT, "%.3f", hit.score()))
          .append("</span></li>\n");
      previous = hit.rank();
    }
    html.append("</ol></div>\n");
  }

  private void differences() {
    Map<String, List<String>> differing = new LinkedHashMap<>();
    TreeSet<String> keys = new TreeSet<>();
    runs.forEach(run -> keys.addAll(run.journal().params().keySet()));
    for (String key : keys) {
      List<String> values =
          runs.stream().map(run -> run.journal().params().getOrDefault(key, "–")).toList();
      if (Set.copyOf(values).size() > 1) {
        differing.put(key, values);
      }
    }
    html.append("<h2>Settings that differ</h2>\n");
    if (differing.isEmpty()) {
      html.append("<p class=\"facts\">None.</p>\n");
      return;
    }
    html.append("<div class=\"card scroll\"><table>\n<tr><th>Key</th>");
    for (int run = 0; run < runs.size(); run++) {
      html.append("<th>").append(swatch(run)).append(Html.escape(runs.get(run).name()));
      html.append("</th>");
    }
    html.append("</tr>\n");
    differing.forEach(
        (key, values) -> {
          html.append("<tr><td>").append(Html.escape(key)).append("</td>");
          values.forEach(
              value ->
                  html.append("<td class=\"wrap\">").append(Html.escape(value)).append("</td>"));
          html.append("</tr>\n");
        });
    html.append("</table></div>\n");
  }

  private void configurations() {
    if (runs.stream().allMatch(run -> run.config().isBlank())) {
      return;
    }
    html.append("<h2>Configuration</h2>\n");
    for (RunRecord run : runs) {
      html.append("<details")
          .append(runs.size() == 1 ? " open" : "")
          .append("><summary>")
          .append(runs.size() == 1 ? "config.yaml" : Html.escape(run.name()))
          .append("</summary><pre>")
          .append(Html.escape(run.config()))
          .append("</pre></details>\n");
    }
  }

  private void environments() {
    if (runs.stream().allMatch(run -> run.journal().tags().isEmpty())) {
      return;
    }
    html.append("<h2>Environment</h2>\n");
    for (RunRecord run : runs) {
      html.append("<details><summary>")
          .append(runs.size() == 1 ? "Versions, machine, source, data" : Html.escape(run.name()))
          .append("</summary><div class=\"scroll\"><table>\n");
      run.journal().tags().forEach(this::environmentRow);
      run.journal()
          .datasets()
          .forEach((use, data) -> environmentRow("data for " + use, data.summary()));
      html.append("</table></div></details>\n");
    }
  }

  private void environmentRow(String name, String value) {
    html.append("<tr><td>")
        .append(Html.escape(name))
        .append("</td><td class=\"wrap\">")
        .append(Html.escape(value))
        .append("</td></tr>\n");
  }

  /** A number with four significant digits, as short as it can be. */
  static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    if (size < 1e-3 || size >= 1e6) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    int decimals = (int) Math.max(0, 3 - Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
