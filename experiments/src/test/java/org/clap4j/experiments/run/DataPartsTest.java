package org.clap4j.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.clap4j.core.audio.Waveform;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.model.Selected;
import org.clap4j.core.tracking.TrackedDataset;
import org.clap4j.training.tracking.SilentTrackerFactory;
import org.junit.jupiter.api.Test;

final class DataPartsTest {

  /** Any section will do. */
  private static final Selected<?> SECTION =
      new Selected<>("folder", new SilentTrackerFactory(), new Section("sounds", 5));

  private record Section(String root, int testFold) {}

  private static AudioTextPair pair(String clip, String... captions) {
    return new AudioTextPair(new NamedClip(clip), List.of(captions));
  }

  private static List<TrackedDataset> parts(List<AudioTextPair> train, List<AudioTextPair> test) {
    return DataParts.of(
        new PairDataset("sounds", train, List.of(), test, null, null, null), SECTION);
  }

  @Test
  void digestChangesWithACaption() {
    String first = parts(List.of(pair("dog.wav", "a dog barks")), List.of()).get(0).digest();
    assertEquals(first, parts(List.of(pair("dog.wav", "a dog barks")), List.of()).get(0).digest());
    assertNotEquals(
        first, parts(List.of(pair("dog.wav", "a cat purrs")), List.of()).get(0).digest());
  }

  @Test
  void emptyPartsAreLeftOutAndTheOthersSayWhereTheyComeFrom() {
    List<TrackedDataset> parts =
        parts(List.of(pair("dog.wav", "a dog", "barking")), List.of(pair("cat.wav", "a cat")));
    String source = "{\"type\":\"folder\",\"root\":\"sounds\",\"test-fold\":\"5\"}";
    assertEquals(
        List.of(
            new TrackedDataset("sounds", parts.get(0).digest(), "training", "folder", source, 1, 2),
            new TrackedDataset("sounds", parts.get(1).digest(), "test", "folder", source, 1, 1)),
        parts);
  }

  private record NamedClip(String name) implements AudioClip {
    @Override
    public String contentKey() {
      return name;
    }

    @Override
    public Waveform read(int sampleRateHz) {
      throw new UnsupportedOperationException("digests read no audio");
    }
  }
}
