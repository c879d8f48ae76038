package org.clap4j.training.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;
import org.junit.jupiter.api.Test;

class SameCaptionClipsTest {

  private static AudioTextPair pair(int frequency, String... captions) {
    return new AudioTextPair(new ToneClip(frequency, 0.1, null), List.of(captions));
  }

  private static List<String> names(List<AudioClip> clips) {
    return clips.stream().map(AudioClip::name).toList();
  }

  @Test
  void allWithTheCaptionButTheClipItselfAreGiven() {
    SameCaptionClips clips =
        new SameCaptionClips(
            List.of(
                pair(1, "a dog", "a dog barks"),
                pair(2, "a dog"),
                pair(3, "rain"),
                pair(4, "it rains", "a dog")));
    assertEquals(List.of("tone-2", "tone-4"), names(clips.othersWith("a dog", 0)));
    assertEquals(List.of("tone-1", "tone-2"), names(clips.othersWith("a dog", 3)));
    assertEquals(List.of(), clips.othersWith("rain", 2));
    assertEquals(List.of(), clips.othersWith("a dog barks", 0));
  }

  @Test
  void withoutPairsNothingIsGiven() {
    assertEquals(List.of(), new SameCaptionClips(List.of()).othersWith("a dog", 0));
  }
}
