package org.clap4j.training.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalWriterTest {

  @TempDir Path directory;

  /** A file on a disk of some bytes, to which more can be added. */
  private static final class Disk extends FileOutputStream {

    private int room;

    Disk(Path file, int room) throws IOException {
      super(file.toFile(), true);
      this.room = room;
    }

    /** Writes what there is room for, as a file system does. */
    @Override
    public void write(byte[] bytes) throws IOException {
      int fitting = Math.min(room, bytes.length);
      super.write(bytes, 0, fitting);
      room -= fitting;
      if (fitting < bytes.length) {
        throw new IOException("No space left on device");
      }
    }
  }

  private static JournalEntry point(int step) {
    return new JournalEntry.Metrics(1_790_000_000_000L, step, Map.of("train/loss", 0.5));
  }

  @Test
  void linesThatADiskHasNoRoomForAreWrittenInTheirOrderWhenItHas() throws IOException {
    Path file = directory.resolve("journal.jsonl");
    List<JournalEntry> points = IntStream.rangeClosed(1, 9).mapToObj(i -> point(i)).toList();
    int line = JournalCodec.encode(points.get(0)).length() + 1;
    try (Disk disk = new Disk(file, 3 * line);
        JournalWriter writer = new JournalWriter(disk, false)) {
      for (JournalEntry point : points.subList(0, 3)) {
        writer.append(point);
      }
      disk.room = line / 2;
      assertThrows(IOException.class, () -> writer.append(points.get(3)));
      assertThrows(IOException.class, () -> writer.append(points.get(4)));
      assertThrows(IOException.class, writer::force);
      assertEquals(2, writer.waiting());
      assertEquals(points.subList(0, 3), new JournalReader(file).readAll());
      disk.room = 100 * line;
      writer.append(points.get(5));
      assertEquals(0, writer.waiting());
      for (JournalEntry point : points.subList(6, 9)) {
        writer.append(point);
      }
      assertEquals(0, writer.lost());
    }
    assertEquals(points, new JournalReader(file).readAll());
  }

  @Test
  void whatStillWaitsAtTheEndIsTriedOnceMore() throws IOException {
    Path file = directory.resolve("journal.jsonl");
    try (Disk disk = new Disk(file, 0)) {
      try (JournalWriter writer = new JournalWriter(disk, false)) {
        assertThrows(IOException.class, () -> writer.append(point(1)));
        disk.room = 1000;
      }
    }
    assertEquals(List.of(point(1)), new JournalReader(file).readAll());
  }
}
