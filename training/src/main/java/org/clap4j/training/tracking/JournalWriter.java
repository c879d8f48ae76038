package org.clap4j.training.tracking;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Appends lines to a journal. A line is handed to the operating system at once, so that it outlives
 * the death of this process; {@link #force} makes it outlive that of the machine.
 *
 * <p>A journal whose last line was torn gets a line feed first: the torn line stays where it is, as
 * a line that readers skip, and nothing is truncated.
 */
final class JournalWriter implements AutoCloseable {

  /** A stream, not a channel: an interrupted thread would close a channel for good. */
  private final FileOutputStream stream;

  private boolean forced = true;

  JournalWriter(Path file) throws IOException {
    boolean torn = endsInTornLine(file);
    this.stream = new FileOutputStream(file.toFile(), true);
    if (torn) {
      write("\n");
    }
  }

  private static boolean endsInTornLine(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return false;
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      bytes.seek(bytes.length() - 1);
      return bytes.read() != '\n';
    }
  }

  synchronized void append(JournalEntry entry) throws IOException {
    write(JournalCodec.encode(entry) + "\n");
  }

  private void write(String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.UTF_8));
    forced = false;
  }

  /** Forces what was appended to disk, if anything was. */
  void force() throws IOException {
    synchronized (this) {
      if (forced) {
        return;
      }
      forced = true;
    }
    // Outside of the lock: a slow disk must not hold up the thread that appends.
    stream.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    try {
      force();
    } finally {
      stream.close();
    }
  }
}
