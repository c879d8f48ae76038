package org.clap4j.experiments.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the page. */
public final class ReportPage {

  /** The page's name in a run directory, and among the run's artifacts. */
  public static final String FILE = "report.html";

  private static final String UPLOT_VERSION_FILE =
      "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z-]+)}");

  /** Escapes {@code <}, so that no text can end the script element that holds the data. */
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private ReportPage() {}

  /** Writes the page of a finished run into its directory and returns the file. */
  public static Path writeFor(Path runDirectory) throws IOException {
    Path file = runDirectory.resolve(FILE);
    Files.writeString(file, render(List.of(RunRecord.load(runDirectory))));
    return file;
  }

  /** The page of one run, or of several to be compared. */
  public static String render(List<RunRecord> runs) throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one run, got none");
    }
    List<Chart> charts = Chart.of(runs);
    Map<String, String> parts =
        Map.of(
            "title", Html.escape(runs.size() == 1 ? runs.get(0).name() : runs.size() + " runs"),
            "uplot-css", uplot("uPlot.min.css"),
            "uplot-js", uplot("uPlot.iife.min.js"),
            "css", own("report.css"),
            "js", own("report.js"),
            "body", new ReportBody(runs, charts).html(),
            "data", GSON.toJson(Map.of("charts", chartData(charts))));
    return fill(own("report.html"), parts);
  }

  private static String fill(String template, Map<String, String> parts) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            placeholder -> Matcher.quoteReplacement(parts.getOrDefault(placeholder.group(1), "")));
  }

  private static List<Object> chartData(List<Chart> charts) {
    List<Object> data = new ArrayList<>();
    for (int index = 0; index < charts.size(); index++) {
      Chart chart = charts.get(index);
      List<Long> steps = chart.steps();
      List<Object> series = new ArrayList<>();
      for (int curve = 0; curve < chart.curves().size(); curve++) {
        Curve line = chart.curves().get(curve);
        series.add(Map.of("label", line.label(), "color", curve, "points", line.points().size()));
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", ReportBody.chartId(index));
      entry.put("steps", steps);
      entry.put("series", series);
      entry.put(
          "values", chart.curves().stream().map(curve -> Chart.valuesAt(curve, steps)).toList());
      data.add(entry);
    }
    return data;
  }

  private static String own(String name) throws IOException {
    return resource("/org/clap4j/experiments/report/" + name);
  }

  private static String uplot(String name) throws IOException {
    Properties maven = new Properties();
    try (InputStream stream = open(UPLOT_VERSION_FILE)) {
      maven.load(stream);
    }
    return resource(
        "/META-INF/resources/webjars/uplot/" + maven.getProperty("version") + "/dist/" + name);
  }

  private static String resource(String path) throws IOException {
    try (InputStream stream = open(path)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String path) throws IOException {
    InputStream stream = ReportPage.class.getResourceAsStream(path);
    if (stream == null) {
      throw new IOException("the class path lacks " + path + "; rebuild clap4j");
    }
    return stream;
  }
}
