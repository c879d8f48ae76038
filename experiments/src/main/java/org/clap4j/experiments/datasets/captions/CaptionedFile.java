package org.clap4j.experiments.datasets.captions;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A clip as a CSV file names it.
 *
 * @param file where it should be; need not exist
 * @param captions what is said of it
 * @param labels names of the classes that apply to it; empty where the CSV has none
 * @param fold null where the CSV has none
 * @param origin file and line of its first row
 */
record CaptionedFile(
    Path file, List<String> captions, List<String> labels, @Nullable Integer fold, String origin) {

  /** Freezes the lists. */
  CaptionedFile {
    captions = List.copyOf(captions);
    labels = List.copyOf(labels);
  }
}
