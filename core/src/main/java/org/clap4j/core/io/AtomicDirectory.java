package org.clap4j.core.io;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes directories all or nothing: aside, synced to the disk, then renamed. A crash at any moment
 * leaves no directory of that name, or the whole one.
 */
public final class AtomicDirectory {

  /** Writes what a directory is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes into an empty directory. */
    void writeTo(Path directory) throws IOException;
  }

  private AtomicDirectory() {}

  /** Whether a place is free: nothing is there, or an empty directory. */
  public static boolean isFree(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  /**
   * Writes a directory; the ones above it are made where they are missing.
   *
   * @throws FileAlreadyExistsException if the place is not {@linkplain #isFree free}
   */
  public static void write(Path directory, Content content) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null || !isFree(absolute)) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    Files.createDirectories(parent);
    Path aside = parent.resolve("." + name + ".tmp-" + ProcessHandle.current().pid());
    try {
      DirectoryTree.delete(aside);
      Files.createDirectory(aside);
      content.writeTo(aside);
      DirectoryTree.sync(aside);
      Files.deleteIfExists(absolute);
      Files.move(aside, absolute, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      DirectoryTree.delete(aside);
    }
    AtomicFile.syncDirectory(parent);
  }
}
