package org.clap4j.experiments.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.training.tracking.JournalSummary;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class ReportPageTest {

  private static final String HOSTILE = "</script><img src=x onerror=alert(1)> & \"bells\"";

  /** Anything that a browser would fetch: links in attributes, imports, and calls that load. */
  private static final Pattern EXTERNAL =
      Pattern.compile("(src|href)\\s*=|@import|url\\(|fetch\\(|XMLHttpRequest");

  @TempDir Path temporary;

  private Path run(String name, double rate) throws IOException {
    Path directory = Files.createDirectories(temporary.resolve(name));
    try (JournalTracker tracker =
        JournalTracker.open(TrackedRun.fresh(name, directory), Clock.systemUTC())) {
      tracker.params(Map.of("optimizer.lr", Double.toString(rate), "seed", "7"));
      tracker.tags(Map.of("clap4j.jvm", "OpenJDK 17", "note", HOSTILE));
      tracker.dataset(new TrackedDataset(HOSTILE, "0f3a", "training", "folder", "{}", 12, 60));
      for (int step = 1; step <= 300; step++) {
        tracker.metrics(trainingMetrics(step, rate), step);
        if (step % 25 == 0) {
          tracker.metrics(validationMetrics(step), step);
        }
      }
      tracker.end(RunTracker.Status.FINISHED, "300 steps done");
    }
    Files.writeString(directory.resolve("config.yaml"), "name: " + name + " # " + HOSTILE + "\n");
    RetrievalExamples.save(directory, examples());
    return directory;
  }

  private static Map<String, Double> trainingMetrics(int step, double rate) {
    double noise = Math.sin(step * 1.7) * 0.1;
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train/loss", 3.4 * Math.exp(-step * rate) + 0.2 + noise * 0.5);
    metrics.put("train/grad_norm", 2 + 10 * noise * noise);
    metrics.put("train/logit_scale", 14.3 + step * 0.05);
    metrics.put("train/clips_per_second", 120 + noise * 30);
    return metrics;
  }

  private static Map<String, Double> validationMetrics(int step) {
    double progress = 1 - Math.exp(-step / 120.0);
    Map<String, Double> metrics = new TreeMap<>();
    for (String way : List.of("audio_to_text", "text_to_audio")) {
      metrics.put("val/" + way + "/R_at_1", 0.55 * progress);
      metrics.put("val/" + way + "/R_at_5", 0.8 * progress);
      metrics.put("val/" + way + "/R_at_10", 0.92 * progress);
      metrics.put("val/" + way + "/mean_rank", 40 - 35 * progress);
    }
    return metrics;
  }

  private static List<RetrievalExample> examples() {
    return List.of(
        new RetrievalExample(
            "A low chirp, then three bells",
            1,
            200,
            List.of(
                new RetrievalExample.Hit(1, "scene-0017.wav", 0.91, true),
                new RetrievalExample.Hit(2, "scene-0102.wav", 0.64, false),
                new RetrievalExample.Hit(3, "scene-0044.wav", 0.41, false))),
        new RetrievalExample(
            HOSTILE,
            57,
            200,
            List.of(
                new RetrievalExample.Hit(1, HOSTILE + ".wav", 0.52, false),
                new RetrievalExample.Hit(2, "scene-0009.wav", 0.50, false),
                new RetrievalExample.Hit(57, "scene-0150.wav", 0.08, true))));
  }

  @Test
  void pageOfOneRunHasEverythingAndLoadsNothing() throws IOException {
    String page = Files.readString(ReportPage.writeFor(run("quickstart", 0.02)));
    for (String expected :
        List.of(
            "<title>quickstart</title>",
            "<span class=\"badge finished\">finished</span>",
            "val/text_to_audio/R_at_10",
            "A low chirp, then three bells",
            "rank 57 of 200",
            "config.yaml",
            "uPlot=function")) {
      assertTrue(page.contains(expected), expected);
    }
    assertFalse(EXTERNAL.matcher(page.replace(Html.escape(HOSTILE), "")).find());
  }

  @Test
  void textFromOutsideIsEscaped() throws IOException {
    String page = Files.readString(ReportPage.writeFor(run("quickstart", 0.02)));
    assertFalse(page.contains("<img"));
    assertTrue(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &amp;"));
  }

  @Test
  void severalRunsAreCompared() throws IOException {
    String page =
        ReportPage.render(
            List.of(RunRecord.load(run("slow", 0.01)), RunRecord.load(run("<fast>", 0.05))));
    assertTrue(page.contains("<h1>2 runs compared</h1>"));
    assertTrue(page.contains("<td>optimizer.lr</td>"));
    assertFalse(page.contains("<td>seed</td>"));
    assertTrue(page.contains("\"label\":\"\\u003cfast\\u003e\""));
  }

  @Test
  void directoryWithoutJournalIsRefused() {
    IOException refusal = assertThrows(IOException.class, () -> RunRecord.load(temporary));
    assertEquals(
        temporary
            + " has no journal.jsonl, so it is no run directory (or of a run with tracking: {type:"
            + " none})",
        refusal.getMessage());
  }

  @Test
  void runWithoutMetricsStillHasItsPage() throws IOException {
    JournalTracker.open(TrackedRun.fresh("empty", temporary), Clock.systemUTC()).close();
    String page = Files.readString(ReportPage.writeFor(temporary));
    assertTrue(page.contains("No metrics were recorded."));
    assertTrue(page.contains("<span class=\"badge running\">running</span>"));
  }

  @Test
  void thinningKeepsEndsAndExtremes() {
    SplittableRandom random = RandomSeed.of(1).generator();
    TreeMap<Long, JournalSummary.Point> curve = new TreeMap<>();
    for (long step = 0; step < 50_000; step++) {
      curve.put(step, new JournalSummary.Point(step, random.nextDouble()));
    }
    curve.put(31_415L, new JournalSummary.Point(0, 9.0));
    var thinned = CurveThinning.thin(curve);
    assertTrue(thinned.size() <= CurveThinning.MAX_POINTS);
    assertEquals(0L, thinned.get(0).getKey());
    assertEquals(49_999L, thinned.get(thinned.size() - 1).getKey());
    assertTrue(thinned.stream().anyMatch(point -> point.getKey() == 31_415L));
    assertEquals(
        thinned.stream().map(Map.Entry::getKey).sorted().toList(),
        thinned.stream().map(Map.Entry::getKey).toList());
  }

  @Test
  void bestAndWorstCaptionsArePicked() {
    INDArray audio_ND = Nd4j.create(new double[][] {{1, 0}, {0, 1}, {0.6, 0.8}});
    INDArray text_MD = Nd4j.create(new double[][] {{1, 0}, {1, 0}, {0.6, 0.8}, {0, 1}});
    List<RetrievalExample> picked =
        RetrievalExamples.pick(
            text_MD,
            audio_ND,
            List.of("right", "wrong", "near", "of no clip"),
            List.of("x", "y", "z"),
            List.of(Set.of(0), Set.of(1), Set.of(2), Set.of()),
            1);
    assertEquals(List.of("near", "wrong"), picked.stream().map(RetrievalExample::caption).toList());
    assertEquals(List.of(1, 3), picked.stream().map(RetrievalExample::rank).toList());
    assertEquals("y", picked.get(1).hits().get(2).clip());
  }

  @Test
  void ofEqualScoresTheEarlierClipIsFoundFirst() {
    INDArray audio_ND = Nd4j.create(new double[][] {{0, 1}, {1, 0}, {1, 0}, {1, 0}});
    INDArray text_MD = Nd4j.create(new double[][] {{1, 0}, {1, 0}});
    List<RetrievalExample> picked =
        RetrievalExamples.pick(
            text_MD,
            audio_ND,
            List.of("of two", "of the last"),
            List.of("a", "b", "c", "d"),
            List.of(Set.of(0, 2), Set.of(0)),
            1);
    assertEquals(
        List.of(
            new RetrievalExample(
                "of two",
                2,
                4,
                List.of(
                    new RetrievalExample.Hit(1, "b", 1, false),
                    new RetrievalExample.Hit(2, "c", 1, true),
                    new RetrievalExample.Hit(3, "d", 1, false),
                    new RetrievalExample.Hit(4, "a", 0, true))),
            new RetrievalExample(
                "of the last",
                4,
                4,
                List.of(
                    new RetrievalExample.Hit(1, "b", 1, false),
                    new RetrievalExample.Hit(2, "c", 1, false),
                    new RetrievalExample.Hit(3, "d", 1, false),
                    new RetrievalExample.Hit(4, "a", 0, true)))),
        picked);
  }

  @Test
  void tableHasARowForEachCaption() throws IOException {
    Path file = temporary.resolve("table.json");
    RetrievalExamples.saveTable(
        file,
        List.of(
            new RetrievalExample(
                "a dog",
                2,
                9,
                List.of(
                    new RetrievalExample.Hit(1, "cat.wav", 0.5, false),
                    new RetrievalExample.Hit(2, "dog.wav", 0.254, true)))));
    assertEquals(
        """
        {
          "columns": [
            "caption",
            "found",
            "rank"
          ],
          "data": [
            [
              "a dog",
              "1. cat.wav 0.50; 2. ✓ dog.wav 0.25",
              2
            ]
          ]
        }
        """,
        Files.readString(file));
  }

  @Test
  void savedExamplesAreReadBack() throws IOException {
    RetrievalExamples.save(temporary, examples());
    assertEquals(examples(), RetrievalExamples.load(temporary));
  }
}
