package org.clap4j.experiments.datasets;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds audio files by their extensions. */
public final class AudioFiles {

  private static final Set<String> EXTENSIONS =
      Set.of("wav", "flac", "ogg", "oga", "opus", "mp3", "m4a", "mp4", "aac");

  private AudioFiles() {}

  /**
   * Lists the audio files below a folder, sub-folders included, sorted by path.
   *
   * @throws DatasetException if it is not a folder or cannot be listed
   */
  public static List<Path> below(Path folder) throws DatasetException {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          folder + (Files.exists(folder) ? " is not a folder" : ": no such folder"));
    }
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(AudioFiles::isAudio).filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new DatasetException(folder + " cannot be listed: " + e, e);
    }
  }

  /** Tells from its extension whether a file holds audio. */
  public static boolean isAudio(Path file) {
    String name = file.getFileName().toString();
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** Returns a file's name without its extension. */
  public static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }
}
