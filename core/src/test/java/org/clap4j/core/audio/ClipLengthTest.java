package org.clap4j.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.LongStream;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipLengthTest {

  private static final RandomSeed SEED = RandomSeed.of(1);

  private static ClipLength eight(ClipFill fill, ClipCrop crop, LongClips longClips) {
    return new ClipLength(2, fill, crop, longClips); // 2 s at 4 Hz are 8 samples
  }

  private static Waveform ramp(int samples) {
    float[] ramp = new float[samples];
    for (int i = 0; i < samples; i++) {
      ramp[i] = i + 1;
    }
    return new Waveform(ramp, 4);
  }

  private static float[] filled(ClipFill fill) {
    return eight(fill, ClipCrop.RANDOM, LongClips.CENTRE).forTraining(ramp(3), SEED);
  }

  @Test
  void shortClipsAreFilledAsThePolicySays() {
    assertArrayEquals(new float[] {1, 2, 3, 1, 2, 3, 0, 0}, filled(ClipFill.REPEAT_PAD));
    assertArrayEquals(new float[] {1, 2, 3, 0, 0, 0, 0, 0}, filled(ClipFill.PAD));
    assertArrayEquals(new float[] {1, 2, 3, 1, 2, 3, 1, 2}, filled(ClipFill.REPEAT));
  }

  @Test
  void evaluationTakesTheMiddleOrAllWindows() {
    List<float[]> centre =
        eight(ClipFill.PAD, ClipCrop.RANDOM, LongClips.CENTRE).forEvaluation(ramp(11));
    assertEquals(1, centre.size());
    assertArrayEquals(new float[] {2, 3, 4, 5, 6, 7, 8, 9}, centre.get(0));
    List<float[]> windows =
        eight(ClipFill.PAD, ClipCrop.RANDOM, LongClips.WINDOWS).forEvaluation(ramp(18));
    assertEquals(3, windows.size());
    assertEquals(1, windows.get(0)[0]);
    assertEquals(9, windows.get(1)[0]);
    assertEquals(11, windows.get(2)[0]);
  }

  @Test
  void trainingCropsDependOnTheSeedAloneAndReachBothEnds() {
    ClipLength random = eight(ClipFill.PAD, ClipCrop.RANDOM, LongClips.CENTRE);
    assertArrayEquals(random.forTraining(ramp(11), SEED), random.forTraining(ramp(11), SEED));
    List<Float> starts =
        LongStream.range(0, 100)
            .mapToObj(i -> random.forTraining(ramp(11), SEED.split(i))[0])
            .distinct()
            .sorted()
            .toList();
    assertEquals(List.of(1f, 2f, 3f, 4f), starts);
  }

  @Test
  void fixedCropsTakeTheMiddleOrTheBeginning() {
    assertEquals(
        2, eight(ClipFill.PAD, ClipCrop.CENTRE, LongClips.CENTRE).forTraining(ramp(11), SEED)[0]);
    assertEquals(
        1, eight(ClipFill.PAD, ClipCrop.START, LongClips.CENTRE).forTraining(ramp(11), SEED)[0]);
  }

  @Test
  void clipOfTheRightLengthIsCopied() {
    Waveform clip = ramp(8);
    float[] samples = filledTo(clip);
    samples[0] = 99;
    assertEquals(1, clip.samples()[0]);
  }

  private static float[] filledTo(Waveform clip) {
    return eight(ClipFill.PAD, ClipCrop.RANDOM, LongClips.CENTRE).forTraining(clip, SEED);
  }

  @Test
  void emptyClipIsRefused() {
    assertEquals(
        "a clip needs one sample or more, had none",
        assertThrows(IllegalArgumentException.class, () -> filledTo(ramp(0))).getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, 3_601})
  void lengthOutOfRangeIsRefused(double seconds) {
    assertEquals(
        "seconds must be in (0, 3600], was " + seconds,
        assertThrows(
                IllegalArgumentException.class,
                () -> new ClipLength(seconds, ClipFill.PAD, ClipCrop.RANDOM, LongClips.CENTRE))
            .getMessage());
  }
}
