package org.clap4j.experiments.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioClip;
import org.clap4j.experiments.datasets.AudioFiles;
import org.clap4j.experiments.datasets.FileClip;

/** Makes clips of the files and directories that a user names. */
final class ClipArguments {

  static final String DESCRIPTION = "Recordings, or directories of them, taken in sorted order.";

  private ClipArguments() {}

  /** Takes files in the order given; of a directory, its audio files, sorted. */
  static List<AudioClip> clips(List<Path> paths, AudioReader reader) throws IOException {
    List<AudioClip> clips = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        List<Path> files = AudioFiles.below(path);
        if (files.isEmpty()) {
          throw new UsageException(path + ": there are no audio files in this directory");
        }
        for (Path file : files) {
          clips.add(FileClip.of(file, reader));
        }
      } else if (Files.exists(path)) {
        clips.add(FileClip.of(path, reader));
      } else {
        throw new UsageException(path + ": there is no such file");
      }
    }
    return clips;
  }
}
