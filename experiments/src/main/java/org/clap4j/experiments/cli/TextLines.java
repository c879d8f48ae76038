package org.clap4j.experiments.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads files of one text a line. */
final class TextLines {

  private TextLines() {}

  /** Reads the lines; none may be blank, so that line and row numbers agree. */
  static List<String> read(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (NoSuchFileException e) {
      throw new UsageException(file + ": there is no such file");
    }
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        throw new UsageException(file + ":" + (i + 1) + ": the line is blank; expected a text");
      }
    }
    if (lines.isEmpty()) {
      throw new UsageException(file + ": is empty; expected one text a line");
    }
    return lines;
  }
}
