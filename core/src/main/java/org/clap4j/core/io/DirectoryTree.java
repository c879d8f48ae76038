package org.clap4j.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory with all that is in it. */
public final class DirectoryTree {

  private DirectoryTree() {}

  /** Removes a directory and what is in it; does nothing where there is none. */
  public static void delete(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      for (Path path : innermostFirst(directory)) {
        Files.delete(path);
      }
    }
  }

  /** Makes a directory's files and names last through a power cut, where the system can do that. */
  public static void sync(Path directory) throws IOException {
    for (Path path : innermostFirst(directory)) {
      if (Files.isDirectory(path)) {
        AtomicFile.syncDirectory(path);
      } else {
        syncFile(path);
      }
    }
  }

  private static List<Path> innermostFirst(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void syncFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
