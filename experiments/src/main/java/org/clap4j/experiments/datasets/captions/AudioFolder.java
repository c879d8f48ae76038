package org.clap4j.experiments.datasets.captions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.clap4j.experiments.datasets.AudioFiles;
import org.clap4j.experiments.datasets.CsvTable;
import org.clap4j.experiments.datasets.DatasetException;
import org.jspecify.annotations.Nullable;

/** A folder of clips, listed once with its sub-folders, to look clips up by name or by stem. */
final class AudioFolder {

  private final Path folder;
  private final Map<String, List<Path>> byName;
  private final NavigableMap<String, List<Path>> byStem;

  AudioFolder(Path folder) throws DatasetException {
    this.folder = folder;
    List<Path> files = AudioFiles.below(folder);
    this.byName = files.stream().collect(Collectors.groupingBy(f -> f.getFileName().toString()));
    this.byStem =
        files.stream()
            .collect(Collectors.groupingBy(AudioFiles::stem, TreeMap::new, Collectors.toList()));
  }

  /** The folder itself. */
  Path path() {
    return folder;
  }

  /**
   * Finds the file that a column names by its path below the folder, or by its name alone in any
   * sub-folder. Among files of one name, the one whose folder's name occurs in the CSV's name is
   * taken: {@code development/a.wav} for {@code clotho_captions_development.csv}.
   *
   * @return the file; where it should be if there is none
   * @throws DatasetException if several fit
   */
  Path byName(CsvTable.Row row, String column, Path csv) throws DatasetException {
    String name = row.get(column);
    Path direct = folder.resolve(name);
    if (Files.exists(direct)) {
      return direct;
    }
    List<Path> found = byName.getOrDefault(name, List.of());
    return found.isEmpty() ? direct : only(found, csv, name, row.origin());
  }

  /**
   * Finds a file by its stem, in the same way, or returns null.
   *
   * @throws DatasetException if several fit
   */
  @Nullable Path byStem(String stem, Path csv, String origin) throws DatasetException {
    List<Path> found = byStem.getOrDefault(stem, List.of());
    return found.isEmpty() ? null : only(found, csv, stem, origin);
  }

  /** Lists the stems that start with a prefix. */
  Iterable<String> stemsStarting(String prefix) {
    return byStem.subMap(prefix, true, prefix + Character.MAX_VALUE, false).keySet();
  }

  private static Path only(List<Path> found, Path csv, String name, String origin)
      throws DatasetException {
    List<Path> fitting =
        found.size() == 1
            ? found
            : found.stream().filter(file -> isNamedAfterFolder(csv, file)).toList();
    if (fitting.size() != 1) {
      throw new DatasetException(
          String.format(
              "%s: %s fits %d files: %s; name it with its sub-folder",
              origin,
              name,
              found.size(),
              found.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
    return fitting.get(0);
  }

  private static boolean isNamedAfterFolder(Path csv, Path file) {
    Path parent = file.getParent();
    return parent != null && AudioFiles.stem(csv).contains(parent.getFileName().toString());
  }
}
