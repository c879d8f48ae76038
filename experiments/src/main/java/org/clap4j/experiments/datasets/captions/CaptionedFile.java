package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.List;

/**
 * A clip as a CSV file names it.
 *
 * @param file where it should be; need not exist
 * @param captions what is said of it
 * @param origin file and line of its first row
 */
record CaptionedFile(Path file, List<String> captions, String origin) {

  /** Freezes the captions. */
  CaptionedFile {
    captions = List.copyOf(captions);
  }
}
