package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongClipFusionTest {

  /** In dB: log-mels are float32 here, and double in transformers. */
  private static final float TOLERANCE = 5e-3f;

  private static final int RATE = 8_000;

  private final LongClipFusion fusion =
      new LongClipFusion(
          new LogMelSpectrogram(
              new LogMelSettings(RATE, 512, 80, 64, 50, 3_800, MelScale.HTK, MelNorm.NONE)),
          RATE);

  @ParameterizedTest
  @ValueSource(strings = {"long", "two_places"})
  void logMelsAreThoseOfTransformers(String clip) {
    Map<String, float[]> golden = Fixtures.read("/fixtures/long_clips/long_clips.safetensors");
    float[] samples = Objects.requireNonNull(golden.get(clip + ".waveform"));
    assertArrayEquals(
        golden.get(clip + ".middle"),
        fusion.compute(samples, fusion.centredStarts(samples.length)),
        TOLERANCE);
    assertArrayEquals(
        golden.get(clip + ".first"),
        fusion.compute(samples, fusion.firstStarts(samples.length)),
        TOLERANCE);
  }

  @Test
  void partsBeginInEachThirdOfThePlaces() {
    int samples = 80 * 106; // 107 frames, where 101 may begin at 0 to 6
    assertArrayEquals(new int[] {0, 3, 5}, fusion.firstStarts(samples));
    assertArrayEquals(new int[] {1, 4, 6}, fusion.centredStarts(samples));
    boolean[][] seen = new boolean[3][7];
    for (int i = 0; i < 200; i++) {
      int[] starts = fusion.randomStarts(samples, RandomSeed.of(i));
      for (int part = 0; part < starts.length; part++) {
        seen[part][starts[part]] = true;
      }
    }
    assertEquals("[true, true, true, false, false, false, false]", Arrays.toString(seen[0]));
    assertEquals("[false, false, false, true, true, false, false]", Arrays.toString(seen[1]));
    assertEquals("[false, false, false, false, false, true, true]", Arrays.toString(seen[2]));
    assertArrayEquals(
        fusion.randomStarts(samples, RandomSeed.of(4)),
        fusion.randomStarts(samples, RandomSeed.of(4)));
  }

  @Test
  void oneFrameMakesAClipLonger() {
    assertFalse(fusion.isLonger(RATE + 79));
    assertTrue(fusion.isLonger(RATE + 80));
    assertArrayEquals(new int[] {0, 1, 0}, fusion.centredStarts(RATE + 80));
  }

  @Test
  void maskKeepsTheFirstLogMelOfEveryClip() {
    assertArrayEquals(
        new float[][] {{1, 0, 0, 0}, {1, 1, 1, 1}},
        LongClipFusion.mask(new boolean[] {false, true}));
  }
}
