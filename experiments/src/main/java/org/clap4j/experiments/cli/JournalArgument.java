package org.clap4j.experiments.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.clap4j.training.tracking.JournalTracker;

/** Checks that an argument is the directory of a run that has a journal. */
final class JournalArgument {

  private JournalArgument() {}

  static boolean isPresent(Path directory) {
    return Files.exists(directory.resolve(JournalTracker.FILE_NAME));
  }

  static void check(Path directory) {
    if (!isPresent(directory)) {
      throw new UsageException(
          directory
              + " has no "
              + JournalTracker.FILE_NAME
              + ", so it is no run directory (or of a run with tracking: {type: none})");
    }
  }
}
