package org.clap4j.experiments.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.FfmpegAudioReader;
import org.clap4j.core.audio.Waveform;
import org.clap4j.experiments.config.ConfigBinder;
import org.clap4j.experiments.inject.Clap4jInjector;
import org.junit.jupiter.api.Test;

class EmbedWorkloadTest {

  private static final int CLIPS = 3;

  private final List<Path> read = Collections.synchronizedList(new ArrayList<>());
  private final EmbedWorkload workload =
      new EmbedWorkload(
          Clap4jInjector.create().getInstance(ConfigBinder.class),
          this::readAndNote,
          "{type: cnn14, base-channels: 1, blocks: 1}");

  @Test
  void everyRoundReadsTheFilesAndTheEndDeletesThem() {
    try (Workload embed = workload.fromFiles(CLIPS)) {
      embed.run();
      embed.run();
      assertEquals(2 * CLIPS, read.size());
      assertEquals(CLIPS, present());
    }
    assertEquals(0, present());
  }

  @Test
  void theTowerAloneReadsThemOnceBeforeTheFirstRound() {
    try (Workload tower = workload.fromLogMels(CLIPS)) {
      assertEquals(0, present());
      tower.run();
      tower.run();
      assertEquals(CLIPS, read.size());
    }
  }

  private Waveform readAndNote(Path file, int sampleRateHz) throws AudioException {
    read.add(file);
    return new FfmpegAudioReader().read(file, sampleRateHz);
  }

  private long present() {
    return read.stream().distinct().filter(Files::exists).count();
  }
}
