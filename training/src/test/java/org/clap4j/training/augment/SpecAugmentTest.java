package org.clap4j.training.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;

class SpecAugmentTest {

  private static final int FRAMES = 50;
  private static final int BINS = 16;
  private static final RandomSeed SEED = RandomSeed.of(3);

  private static float[] logMel() {
    float[] values = new float[FRAMES * BINS];
    for (int i = 0; i < values.length; i++) {
      values[i] = -50 + i % 7;
    }
    return values;
  }

  private static float[] augmented(SpecAugmentConfig config, RandomSeed seed) {
    float[] logMel = logMel();
    new SpecAugment(config).apply(logMel, BINS, seed);
    return logMel;
  }

  @Test
  void oneSeedGivesOneResultAndAnotherSeedAnother() {
    SpecAugmentConfig config = new SpecAugmentConfig(2, 20, 2, 6, StripeFill.FLOOR);
    assertArrayEquals(augmented(config, SEED), augmented(config, SEED));
    assertFalse(Arrays.equals(augmented(config, SEED), augmented(config, SEED.split(1))));
  }

  @Test
  void timeStripesBlankWholeFramesUpToTheWidestWidth() {
    SpecAugmentConfig config = new SpecAugmentConfig(1, 9, 0, 8, StripeFill.FLOOR);
    int widest = 0;
    for (int trial = 0; trial < 200; trial++) {
      float[] logMel = augmented(config, SEED.split(trial));
      int[] blank =
          IntStream.range(0, FRAMES).filter(frame -> logMel[frame * BINS] == -100).toArray();
      for (int frame : blank) {
        for (int bin = 0; bin < BINS; bin++) {
          assertEquals(-100, logMel[frame * BINS + bin]);
        }
      }
      assertTrue(blank.length == 0 || blank[blank.length - 1] - blank[0] == blank.length - 1);
      widest = Math.max(widest, blank.length);
    }
    assertEquals(9, widest);
  }

  @Test
  void frequencyStripesBlankBinsOfAllFrames() {
    SpecAugmentConfig config = new SpecAugmentConfig(0, 9, 1, 5, StripeFill.ZERO);
    int widest = 0;
    for (int trial = 0; trial < 200; trial++) {
      float[] logMel = augmented(config, SEED.split(trial));
      int[] blank = IntStream.range(0, BINS).filter(bin -> logMel[bin] == 0).toArray();
      for (int frame = 0; frame < FRAMES; frame++) {
        for (int bin : blank) {
          assertEquals(0, logMel[frame * BINS + bin]);
        }
      }
      widest = Math.max(widest, blank.length);
    }
    assertEquals(5, widest);
  }

  @Test
  void meanIsThatOfTheWholeClip() {
    SpecAugmentConfig config = new SpecAugmentConfig(200, 50, 0, 8, StripeFill.MEAN);
    double mean =
        IntStream.range(0, FRAMES * BINS).mapToDouble(i -> logMel()[i]).average().orElse(0);
    for (float value : augmented(config, SEED)) {
      assertEquals(mean, value, 1e-4); // everything is blanked out; one float32 rounding
    }
  }

  @Test
  void stripesWiderThanTheSpectrogramFit() {
    SpecAugmentConfig config = new SpecAugmentConfig(3, 1_000, 3, 1_000, StripeFill.FLOOR);
    assertEquals(FRAMES * BINS, augmented(config, SEED).length);
  }

  @Test
  void negativeNumbersAreRefused() {
    assertEquals(
        "time-stripes must be at least 0, was -1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new SpecAugmentConfig(-1, 0, 0, 0, StripeFill.MEAN))
            .getMessage());
  }
}
