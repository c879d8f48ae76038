package org.clap4j.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.clap4j.training.tracking.SilentTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ValidationRecordTest {

  private static final int MOST = 40;

  @TempDir private Path run;

  private long shown(long every, long total) {
    ValidationRecord record = new ValidationRecord(run, new SilentTracker(), 5, every, total);
    return LongStream.rangeClosed(1, total)
        .filter(step -> step % every == 0 || step == total)
        .filter(record::shows)
        .count();
  }

  @Test
  void fewEvaluationsAreAllShownAndManyThinned() {
    assertEquals(6, shown(10, 60));
    assertEquals(7, shown(10, 65));
    assertEquals(1, shown(100, 30));
    for (long evaluations : new long[] {39, 40, 41, 100, 1000}) {
      long shown = shown(10, 10 * evaluations);
      assertTrue(shown >= MOST / 2 && shown <= MOST + 1, () -> evaluations + ": " + shown);
    }
  }

  @Test
  void tagNamesTheTablesThatThereAre() throws IOException {
    assertEquals("[]", ValidationRecord.tableTag(run));
    Files.createDirectories(run.resolve("eval/val"));
    Files.createFile(run.resolve("eval/val/step-000020.json"));
    Files.createFile(run.resolve("eval/val/step-000010.json"));
    Files.createFile(run.resolve("eval/retrieval-table.json"));
    assertEquals(
        "[{\"path\":\"eval/retrieval-table.json\",\"type\":\"table\"},"
            + "{\"path\":\"eval/val/step-000010.json\",\"type\":\"table\"},"
            + "{\"path\":\"eval/val/step-000020.json\",\"type\":\"table\"}]",
        ValidationRecord.tableTag(run));
  }
}
