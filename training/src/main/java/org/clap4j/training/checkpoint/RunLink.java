package org.clap4j.training.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A name beside the checkpoints that points to one of them: a symbolic link, or a small text file
 * with the path where the file system has no links. Replaced in one move.
 */
final class RunLink {

  private RunLink() {}

  /** Makes a link point to a target, given relative to the link's directory. */
  static void point(Path link, Path target) throws IOException {
    Path aside = link.resolveSibling("." + link.getFileName() + ".tmp");
    Files.deleteIfExists(aside);
    try {
      Files.createSymbolicLink(aside, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.writeString(aside, target + "\n");
    }
    Files.move(aside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
