package org.clap4j.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.clap4j.core.audio.AudioInput;
import org.clap4j.core.audio.ClipCrop;
import org.clap4j.core.audio.ClipFill;
import org.clap4j.core.audio.ClipLength;
import org.clap4j.core.audio.LogMelSettings;
import org.clap4j.core.audio.LongClips;
import org.clap4j.core.audio.MelNorm;
import org.clap4j.core.audio.MelScale;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.tracking.TrackedRun;
import org.clap4j.experiments.report.RetrievalExamples;
import org.clap4j.training.tracking.JournalEntry;
import org.clap4j.training.tracking.JournalReader;
import org.clap4j.training.tracking.JournalTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QueryClipsTest {

  private static final int RATE_HZ = 8000;
  private static final int BINS = 32;

  private static final AudioInput INPUT =
      new AudioInput(
          new LogMelSettings(RATE_HZ, 256, 80, BINS, 50, 4000, MelScale.SLANEY, MelNorm.SLANEY),
          new ClipLength(1, ClipFill.PAD, ClipCrop.RANDOM, LongClips.CENTRE),
          false);

  /** A second at a hop of 80, centred. */
  private static final int FRAMES = 101;

  @TempDir private Path run;

  /** A clip that gets louder up to twice full scale, for two seconds. */
  private record Rising(String name) implements AudioClip {
    @Override
    public String contentKey() {
      return name;
    }

    @Override
    public Waveform read(int sampleRateHz) {
      float[] samples = new float[2 * sampleRateHz];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) (2.0 * t / samples.length * Math.sin(1.3 * t));
      }
      return new Waveform(samples, sampleRateHz);
    }
  }

  private static List<AudioTextPair> pairs(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                new AudioTextPair(
                    new Rising("/sounds/dog " + n + ".wav"), List.of("a dog", "it is no " + n)))
        .toList();
  }

  private List<String> artifacts(int pairs, int count) throws IOException {
    try (JournalTracker tracker =
        JournalTracker.open(TrackedRun.fresh("run", run), Clock.systemUTC())) {
      new QueryClips(run, INPUT, tracker).record(pairs(pairs), count);
    }
    return new JournalReader(run.resolve(JournalTracker.FILE_NAME))
        .readAll().stream()
            .filter(JournalEntry.Artifact.class::isInstance)
            .map(entry -> ((JournalEntry.Artifact) entry).artifactPath())
            .toList();
  }

  @Test
  void clipsAreShownAsTheModelTakesThem() throws IOException, UnsupportedAudioFileException {
    List<String> artifacts = artifacts(10, 2);
    assertEquals(
        List.of("clips/1-dog-0.wav", "clips/2-dog-5.wav", "clips/captions.json"),
        artifacts.stream().filter(path -> path.startsWith("clips/")).toList());
    List<String> pictures = artifacts.stream().filter(path -> path.startsWith("images/")).toList();
    assertEquals(4, pictures.size());
    assertEquals(
        2,
        pictures.stream().filter(path -> path.startsWith("images/val~log_mel_1+step+0+")).count());
    BufferedImage picture = ImageIO.read(run.resolve(pictures.get(0)).toFile());
    assertEquals(6 * FRAMES, picture.getWidth());
    assertEquals(8 * BINS, picture.getHeight());

    float[] middle = INPUT.clipLength().forEvaluation(new Rising("x").read(RATE_HZ)).get(0);
    try (AudioInputStream sound =
        AudioSystem.getAudioInputStream(run.resolve("clips/1-dog-0.wav").toFile())) {
      assertEquals(
          new AudioFormat(RATE_HZ, 16, 1, true, false).toString(), sound.getFormat().toString());
      byte[] bytes = sound.readAllBytes();
      assertEquals(2 * middle.length, bytes.length);
      for (int t = 0; t < middle.length; t++) {
        int value = (bytes[2 * t] & 0xFF) | bytes[2 * t + 1] << 8;
        double expected = Math.max(-1, Math.min(1, middle[t]));
        assertEquals(expected, value / (double) Short.MAX_VALUE, 1.0 / Short.MAX_VALUE);
      }
    }
    assertEquals(
        """
        {
          "columns": [
            "sound",
            "clip",
            "captions"
          ],
          "data": [
            [
              "1-dog-0.wav",
              "/sounds/dog 0.wav",
              "a dog; it is no 0"
            ],
            [
              "2-dog-5.wav",
              "/sounds/dog 5.wav",
              "a dog; it is no 5"
            ]
          ]
        }
        """,
        Files.readString(run.resolve(QueryClips.TABLE_FILE)));
    Files.createDirectories(run.resolve("eval"));
    Files.createFile(run.resolve(RetrievalExamples.TABLE_FILE));
    assertEquals(
        "[{\"path\":\"eval/retrieval-table.json\",\"type\":\"table\"},"
            + "{\"path\":\"clips/captions.json\",\"type\":\"table\"}]",
        ValidationRecord.tableTag(run));
  }

  @Test
  void noneAreShownWhereNoneAreWantedOrThere() throws IOException {
    assertEquals(List.of(), artifacts(10, 0));
    Files.delete(run.resolve(JournalTracker.FILE_NAME));
    assertEquals(List.of(), artifacts(0, 3));
  }

  @Test
  void namesAreShortAndPlain() {
    assertEquals("1-100032-A-0", QueryClips.shortName("/esc50/audio/1-100032-A-0.wav"));
    assertEquals("test-7", QueryClips.shortName("test 7"));
    assertEquals("d-rum.2", QueryClips.shortName("C:\\x\\d%rum.2.flac"));
    assertEquals(60, QueryClips.shortName("x".repeat(99)).length());
  }
}
