package org.clap4j.training.tracking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a journal from any line on, also while it is being written. Lines that are torn or damaged
 * are skipped and counted; a last line without its line feed is left for the next read.
 */
public final class JournalReader {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final Path file;

  /** A reader of {@code journal.jsonl} in some run directory. */
  public JournalReader(Path file) {
    this.file = file;
  }

  /**
   * An entry and where the next one begins.
   *
   * @param entry the entry
   * @param endOffset the offset in bytes behind the entry's line
   */
  public record Line(JournalEntry entry, long endOffset) {}

  /**
   * What a read found.
   *
   * @param lines the entries, in the order in which they were written
   * @param endOffset where to read on, in bytes
   * @param damagedLines how many complete lines were no entries
   */
  public record Batch(List<Line> lines, long endOffset, int damagedLines) {
    public Batch {
      lines = List.copyOf(lines);
    }
  }

  /** Reads all entries. */
  public List<JournalEntry> readAll() throws IOException {
    return readFrom(0, Integer.MAX_VALUE).lines().stream().map(Line::entry).toList();
  }

  /** Reads at most {@code maxLines} entries from an offset that an earlier read gave, or 0. */
  public Batch readFrom(long offset, int maxLines) throws IOException {
    List<Line> lines = new ArrayList<>();
    int damaged = 0;
    long consumed = offset;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(offset);
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      while (lines.size() < maxLines && channel.read(chunk.clear()) > 0) {
        chunk.flip();
        while (chunk.hasRemaining() && lines.size() < maxLines) {
          byte next = chunk.get();
          if (next != '\n') {
            line.write(next);
            continue;
          }
          consumed += line.size() + 1L;
          Optional<JournalEntry> entry = JournalCodec.decode(line.toString(StandardCharsets.UTF_8));
          line.reset();
          if (entry.isPresent()) {
            lines.add(new Line(entry.get(), consumed));
          } else {
            damaged++;
          }
        }
      }
    }
    return new Batch(lines, consumed, damaged);
  }
}
