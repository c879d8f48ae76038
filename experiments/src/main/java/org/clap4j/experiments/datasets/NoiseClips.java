package org.clap4j.experiments.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioClip;
import org.clap4j.training.augment.NoiseConfig;

/** Finds the recordings that background noise is taken from. */
public final class NoiseClips {

  private NoiseClips() {}

  /**
   * Lists the recordings below the configured directory, sorted by path; none if no directory is
   * configured or no clip gets noise.
   *
   * @throws DatasetException if the directory is missing or holds no recordings
   */
  public static List<AudioClip> of(NoiseConfig config, AudioReader reader) throws DatasetException {
    Path directory = config.directory();
    if (directory == null || config.probability() == 0) {
      return List.of();
    }
    List<Path> files = files(directory);
    List<AudioClip> clips = new ArrayList<>(files.size());
    for (Path file : files) {
      clips.add(FileClip.of(file, reader));
    }
    return clips;
  }

  private static List<Path> files(Path directory) throws DatasetException {
    List<Path> files;
    try {
      files = AudioFiles.below(directory);
    } catch (DatasetException e) {
      throw new DatasetException("augmentation.noise.directory: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new DatasetException(
          "augmentation.noise.directory: "
              + directory
              + " holds no recordings; give another directory, or none to take noise from the"
              + " training clips");
    }
    return files;
  }
}
