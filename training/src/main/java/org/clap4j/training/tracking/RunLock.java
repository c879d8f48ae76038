package org.clap4j.training.tracking;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says that somebody works on a run directory: at most one process can. The system gives the lock
 * back when the process dies, however it dies, so a run without one has nobody who works on it.
 */
public final class RunLock implements AutoCloseable {

  /** The file's name in a run directory; its being there means nothing, only its lock does. */
  private static final String FILE_NAME = ".lock";

  /**
   * What this process holds. The system would not say: to it, locks of one process are one, and
   * closing any channel to the file would lose them all.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private RunLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock of a directory that exists.
   *
   * @return empty if somebody has it, this process included
   */
  public static Optional<RunLock> take(Path runDirectory) throws IOException {
    Path directory = runDirectory.toRealPath();
    if (!HELD.add(directory)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              directory.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new RunLock(directory, channel));
      }
    } catch (IOException e) {
      release(directory, channel);
      throw e;
    }
    release(directory, channel);
    return Optional.empty();
  }

  /** Whether somebody works on a directory now. */
  public static boolean isHeld(Path runDirectory) throws IOException {
    if (!Files.exists(runDirectory.resolve(FILE_NAME))) {
      return false;
    }
    Optional<RunLock> lock = take(runDirectory);
    lock.ifPresent(RunLock::close);
    return lock.isEmpty();
  }

  private static void release(Path directory, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Closed all the same, and with it the lock.
    }
    HELD.remove(directory);
  }

  @Override
  public void close() {
    release(directory, channel);
  }
}
