package org.clap4j.training.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clap4j.core.tracking.RunTracker;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.core.tracking.TrackedModel;
import org.clap4j.core.tracking.TrackedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTrackerTest {

  private static final long NOW_MILLIS = 1_790_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW_MILLIS), ZoneOffset.UTC);

  @TempDir Path directory;

  private JournalTracker open() throws IOException {
    return JournalTracker.open(TrackedRun.fresh("first", directory), CLOCK);
  }

  private JournalTracker resume(long step) throws IOException {
    return JournalTracker.open(TrackedRun.resumed("first", directory, step), CLOCK);
  }

  private Path file() {
    return directory.resolve(JournalTracker.FILE_NAME);
  }

  private List<JournalEntry> entries() throws IOException {
    return new JournalReader(file()).readAll();
  }

  private JournalSummary summary() throws IOException {
    return JournalSummary.of(entries());
  }

  @Test
  void everythingRecordedIsReadBack() throws IOException {
    try (JournalTracker tracker = open()) {
      tracker.params(Map.of("optimizer.lr", "1e-3"));
      tracker.tags(Map.of("note", "a \"quoted\"\nline, ü"));
      TrackedDataset dataset =
          new TrackedDataset("sounds", "0f3a", "training", "folder", "{\"root\":\"ü\"}", 3, 15);
      tracker.dataset(dataset);
      tracker.metrics(Map.of("train/loss", 2.5), 10);
      tracker.artifact(directory.resolve("config.yaml"), "config.yaml");
      tracker.model(
          new TrackedModel(
              "esc-50.v1",
              7,
              directory.resolve("models/step-7"),
              Map.of("head.dim", "8"),
              List.of("test/R@1"),
              dataset));
      tracker.end(RunTracker.Status.FINISHED, "done");
      assertEquals(
          List.of(
              new JournalEntry.Started(NOW_MILLIS, tracker.runId(), "first"),
              new JournalEntry.Params(NOW_MILLIS, Map.of("optimizer.lr", "1e-3")),
              new JournalEntry.Tags(NOW_MILLIS, Map.of("note", "a \"quoted\"\nline, ü")),
              new JournalEntry.Dataset(NOW_MILLIS, dataset),
              new JournalEntry.Metrics(NOW_MILLIS, 10, Map.of("train/loss", 2.5)),
              new JournalEntry.Artifact(NOW_MILLIS, "config.yaml", "config.yaml"),
              new JournalEntry.Model(
                  NOW_MILLIS,
                  "esc-50-v1",
                  7,
                  "models/step-7",
                  Map.of("head.dim", "8"),
                  List.of("test/R_at_1"),
                  dataset),
              new JournalEntry.Ended(NOW_MILLIS, RunTracker.Status.FINISHED, "done")),
          entries());
    }
  }

  @Test
  void namesAreLegalForServersWhenWritten() throws IOException {
    try (JournalTracker tracker = open()) {
      tracker.metrics(Map.of("val/R@10", 0.5), 1);
      tracker.params(Map.of("a,b//c/../d", "1"));
    }
    assertEquals(Set.of("val/R_at_10"), summary().curves().keySet());
    assertEquals(Map.of("a_b/_/c/_/d", "1"), summary().params());
  }

  @Test
  void nonFiniteValuesAreCountedAndNamedButNotRecorded() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", Double.NaN);
    values.put("train/grad_norm", Double.POSITIVE_INFINITY);
    values.put("train/lr", 0.1);
    try (JournalTracker tracker = open()) {
      tracker.metrics(values, 7);
    }
    JournalSummary summary = summary();
    assertEquals(Set.of("train/lr", JournalTracker.NONFINITE_COUNT), summary.curves().keySet());
    assertEquals(
        List.of(new JournalSummary.Point(NOW_MILLIS, 2.0)),
        List.copyOf(summary.curve(JournalTracker.NONFINITE_COUNT).values()));
    assertEquals("train/grad_norm, train/loss", summary.tags().get(JournalTracker.NONFINITE_TAG));
    assertFalse(Files.readString(file()).contains("NaN"));
  }

  @Test
  void tornLastLineIsSkippedAndLaterLinesAreRead() throws IOException {
    try (JournalTracker tracker = open()) {
      tracker.metrics(Map.of("train/loss", 1.0), 1);
    }
    Files.writeString(file(), "{\"type\":\"metrics\",\"ti", StandardOpenOption.APPEND);
    assertEquals(2, entries().size());
    try (JournalTracker tracker = resume(1)) {
      tracker.metrics(Map.of("train/loss", 0.5), 2);
    }
    JournalReader.Batch read = new JournalReader(file()).readFrom(0, Integer.MAX_VALUE);
    assertEquals(4, read.lines().size());
    assertEquals(1, read.damagedLines());
    assertEquals(Files.size(file()), read.endOffset());
  }

  @Test
  void damagedLineIsSkipped() throws IOException {
    try (JournalTracker tracker = open()) {
      tracker.metrics(Map.of("train/loss", 1.25), 1);
      tracker.metrics(Map.of("train/loss", 0.5), 2);
    }
    Files.writeString(file(), Files.readString(file()).replace("1.25", "7.25"));
    JournalReader.Batch read = new JournalReader(file()).readFrom(0, Integer.MAX_VALUE);
    assertEquals(1, read.damagedLines());
    assertEquals(2, read.lines().size());
  }

  @Test
  void readingGoesOnWhereItStopped() throws IOException {
    try (JournalTracker tracker = open()) {
      JournalReader reader = new JournalReader(file());
      JournalReader.Batch first = reader.readFrom(0, 1);
      tracker.tags(Map.of("note", "é"));
      tracker.metrics(Map.of("train/loss", 2.0), 2);
      JournalReader.Batch second = reader.readFrom(first.endOffset(), 1);
      JournalReader.Batch third = reader.readFrom(second.endOffset(), 9);
      assertEquals(1, second.lines().size());
      assertEquals(
          new JournalEntry.Metrics(NOW_MILLIS, 2, Map.of("train/loss", 2.0)),
          third.lines().get(0).entry());
      assertTrue(reader.readFrom(third.endOffset(), 9).lines().isEmpty());
    }
  }

  @Test
  void resumingAppendsAndEachStepCountsOnce() throws IOException {
    String runId;
    try (JournalTracker tracker = open()) {
      runId = tracker.runId();
      for (int step = 1; step <= 5; step++) {
        tracker.metrics(Map.of("train/loss", 10.0 - step), step);
      }
      tracker.metrics(Map.of("val/only_late", 1.0), 5);
      tracker.end(RunTracker.Status.KILLED, "interrupted");
    }
    String before = Files.readString(file());
    try (JournalTracker tracker = resume(3)) {
      assertEquals(runId, tracker.runId());
      tracker.metrics(Map.of("train/loss", 0.25), 4);
    }
    assertTrue(Files.readString(file()).startsWith(before));
    JournalSummary summary = summary();
    assertEquals(Set.of("train/loss"), summary.curves().keySet());
    assertEquals(List.of(1L, 2L, 3L, 4L), List.copyOf(summary.curve("train/loss").keySet()));
    assertEquals(0.25, summary.curve("train/loss").lastEntry().getValue().value());
    assertTrue(summary.ended().isEmpty());
  }

  @Test
  void secondRunInOneDirectoryIsRefused() throws IOException {
    open().close();
    IOException refusal = assertThrows(IOException.class, this::open);
    assertEquals(
        file() + " already holds the run 'first'; resume it, or choose another run directory",
        refusal.getMessage());
  }

  @Test
  void interruptedThreadStillRecords() throws IOException {
    try (JournalTracker tracker = open()) {
      Thread.currentThread().interrupt();
      tracker.end(RunTracker.Status.KILLED, "interrupted");
      assertTrue(Thread.interrupted());
    }
    assertEquals(2, entries().size());
  }
}
