package org.clap4j.experiments.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clap4j.experiments.evaluation.EvaluationResult;
import org.clap4j.experiments.evaluation.ProbeResult;
import org.clap4j.experiments.report.MetricOrder;
import org.clap4j.training.evaluation.RetrievalMetrics;
import org.clap4j.training.evaluation.ZeroShotMetrics;
import org.jspecify.annotations.Nullable;

/** Writes metrics for people. */
final class MetricLines {

  private static final List<String> SHOWN =
      List.of("/loss", "accuracy", "R_at_1", "R_at_10", "_accuracy");

  private static final Set<String> PREFIX_COLUMNS =
      Set.of(
          "zero_shot/accuracy",
          "audio_to_text/R_at_1",
          "audio_to_text/R_at_10",
          "text_to_audio/R_at_1",
          "text_to_audio/R_at_10");

  private MetricLines() {}

  /** Writes the metrics that say most, in one line. */
  static String brief(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .filter(metric -> SHOWN.stream().anyMatch(metric.getKey()::endsWith))
        .filter(metric -> !metric.getKey().endsWith("mean_class_accuracy"))
        .filter(metric -> !MetricOrder.isOfPrefix(metric.getKey()))
        .map(metric -> metric.getKey() + " " + number(metric.getValue()))
        .collect(Collectors.joining("  "));
  }

  /** Writes a whole result as a table. */
  static List<String> table(EvaluationResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(result.clips() + " clips, " + result.captions() + " captions");
    ZeroShotMetrics zeroShot = result.zeroShot();
    if (zeroShot != null) {
      lines.add("zero-shot");
      zeroShot.byName().forEach((name, value) -> lines.add(row(name, number(value))));
    }
    RetrievalMetrics retrieval = result.retrieval();
    if (retrieval != null) {
      lines.add(
          String.format(
              Locale.ROOT, "%-26s %13s %13s", "retrieval", "audio to text", "text to audio"));
      Map<String, Double> back = retrieval.textToAudio().byName();
      retrieval
          .audioToText()
          .byName()
          .forEach(
              (name, value) ->
                  lines.add(
                      String.format(
                          Locale.ROOT,
                          "  %-24s %13s %13s",
                          name,
                          number(value),
                          number(back.getOrDefault(name, Double.NaN)))));
    }
    SortedMap<Integer, EvaluationResult.Scores> dims = result.dims();
    if (dims != null) {
      lines.addAll(prefixes(dims));
    }
    return lines;
  }

  /** A line for each number of first elements. */
  private static List<String> prefixes(SortedMap<Integer, EvaluationResult.Scores> dims) {
    List<String> columns =
        dims.values().iterator().next().byName().keySet().stream()
            .filter(PREFIX_COLUMNS::contains)
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add(prefixRow("first elements", columns.stream()));
    dims.forEach(
        (dim, scores) -> {
          Map<String, Double> values = scores.byName();
          lines.add(
              prefixRow(
                  "  " + dim,
                  columns.stream().map(name -> number(values.getOrDefault(name, Double.NaN)))));
        });
    return lines;
  }

  private static String prefixRow(String first, Stream<String> cells) {
    return Stream.concat(
            Stream.of(String.format(Locale.ROOT, "%-14s", first)),
            cells.map(cell -> String.format(Locale.ROOT, "%21s", cell)))
        .collect(Collectors.joining("  "));
  }

  /** Writes a probe's result as a table. */
  static List<String> table(ProbeResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-34s %10s %10s %8s %8s",
            "linear probe",
            "accuracy",
            "mAP",
            "train",
            "test"));
    for (ProbeResult.Fold fold : result.folds()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-32s %10s %10s %8d %8d",
              fold.name(),
              numberOrDash(fold.accuracy()),
              number(fold.mAP()),
              fold.trainClips(),
              fold.testClips()));
    }
    if (result.folds().size() > 1) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-32s %10s %10s",
              "mean",
              numberOrDash(result.accuracy()),
              number(result.mAP())));
    }
    return lines;
  }

  private static String row(String name, String value) {
    return String.format(Locale.ROOT, "  %-24s %13s", name, value);
  }

  private static String numberOrDash(@Nullable Double value) {
    return value == null ? "-" : number(value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.1f" : "%.4f", value);
  }
}
