package org.clap4j.training.tracking;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Appends lines to a journal. A line is handed to the operating system at once, so that it outlives
 * the death of this process; {@link #force} makes it outlive that of the machine.
 *
 * <p>Lines that the disk refuses, because it is full, wait here and are tried again with the next
 * line or {@link #force}, in their order. A journal whose last line was torn, by a death or a full
 * disk, gets a line feed first: the torn line stays where it is, as a line that readers skip, and
 * nothing is truncated.
 */
final class JournalWriter implements AutoCloseable {

  /** Some tens of megabytes; a disk that is full for longer than this loses what comes after. */
  private static final int MOST_WAITING = 100_000;

  /** A stream, not a channel: an interrupted thread would close a channel for good. */
  private final FileOutputStream stream;

  private final Deque<String> waiting = new ArrayDeque<>();
  private int lost;
  private boolean torn;
  private boolean forced = true;

  JournalWriter(Path file) throws IOException {
    this(new FileOutputStream(file.toFile(), true), endsInTornLine(file));
  }

  /** Appends to a stream whose last line is whole or torn. */
  JournalWriter(FileOutputStream stream, boolean torn) {
    this.stream = stream;
    this.torn = torn;
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

  /**
   * Appends a line.
   *
   * @throws IOException if it must wait; with very many waiting, the one before it is lost
   */
  synchronized void append(JournalEntry entry) throws IOException {
    if (waiting.size() >= MOST_WAITING) {
      waiting.removeLast();
      lost++;
    }
    waiting.add(JournalCodec.encode(entry) + "\n");
    writeWaiting();
  }

  /** How many lines the disk has not taken yet. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** How many lines were given up because too many waited. */
  synchronized int lost() {
    return lost;
  }

  private void writeWaiting() throws IOException {
    while (!waiting.isEmpty()) {
      write((torn ? "\n" : "") + waiting.getFirst());
      waiting.removeFirst();
    }
  }

  private void write(String text) throws IOException {
    forced = false;
    torn = true;
    stream.write(text.getBytes(StandardCharsets.UTF_8));
    torn = false;
  }

  /** Forces what was appended to disk, if anything was, and tries what waits. */
  void force() throws IOException {
    synchronized (this) {
      writeWaiting();
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
