package org.clap4j.experiments.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.audio.FfmpegAudioReader;
import org.clap4j.core.data.AudioClip;
import org.clap4j.training.augment.NoiseConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseClipsTest {

  @TempDir Path folder;

  private static List<AudioClip> clips(double probability, @Nullable Path directory)
      throws DatasetException {
    return NoiseClips.of(new NoiseConfig(probability, directory, 5, 20), new FfmpegAudioReader());
  }

  @Test
  void recordingsAreFoundInSubdirectoriesAndSorted() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("a"));
    Path rain = Files.createFile(inner.resolve("rain.wav"));
    Path wind = Files.createFile(folder.resolve("wind.flac"));
    Files.createFile(folder.resolve("notes.txt"));
    assertEquals(
        List.of(rain.toString(), wind.toString()),
        clips(0.5, folder).stream().map(AudioClip::name).toList());
  }

  @Test
  void nothingIsLookedForWhereNoNoiseIsAdded() throws IOException {
    assertEquals(List.of(), clips(0, folder.resolve("nowhere")));
    assertEquals(List.of(), clips(0.5, null));
  }

  @Test
  void missingOrEmptyDirectoryIsRefused() {
    Path nowhere = folder.resolve("nowhere");
    assertEquals(
        "augmentation.noise.directory: " + nowhere + ": no such folder",
        assertThrows(DatasetException.class, () -> clips(0.5, nowhere)).getMessage());
    assertEquals(
        "augmentation.noise.directory: "
            + folder
            + " holds no recordings; give another directory, or none to take noise from the"
            + " training clips",
        assertThrows(DatasetException.class, () -> clips(0.5, folder)).getMessage());
  }
}
