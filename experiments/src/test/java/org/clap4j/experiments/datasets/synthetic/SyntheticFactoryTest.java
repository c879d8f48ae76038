package org.clap4j.experiments.datasets.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.clap4j.core.audio.AudioException;
import org.clap4j.core.audio.AudioReader;
import org.clap4j.core.data.AudioTextPair;
import org.clap4j.core.data.PairDataset;
import org.clap4j.core.data.ZeroShotTask;
import org.clap4j.core.random.RandomSeed;
import org.junit.jupiter.api.Test;

class SyntheticFactoryTest {

  private static final AudioReader NO_FILES =
      (file, rate) -> {
        throw new AudioException(file + ": soundscapes read no files");
      };

  private static PairDataset open(long seed) {
    return new SyntheticFactory().open(new SyntheticConfig(400, 100, 200, 2.5, 5, seed), NO_FILES);
  }

  private static List<Scene> scenes(List<AudioTextPair> pairs) {
    return pairs.stream().map(pair -> ((SyntheticClip) pair.clip()).scene()).toList();
  }

  private static Set<String> pairsOf(List<Scene> scenes) {
    return scenes.stream()
        .flatMap(scene -> scene.events().stream())
        .flatMap(event -> event.properties().stream().map(p -> event.kind() + " " + p))
        .collect(Collectors.toSet());
  }

  @Test
  void sameSeedGivesTheSameBitsAndAnotherSeedOthers() throws AudioException {
    AudioTextPair first = open(7).test().get(3);
    AudioTextPair again = open(7).test().get(3);
    AudioTextPair other = open(8).test().get(3);

    assertEquals(first.captions(), again.captions());
    assertEquals(first.clip().contentKey(), again.clip().contentKey());
    assertArrayEquals(first.clip().read(16_000).samples(), again.clip().read(16_000).samples());
    assertNotEquals(first.clip().contentKey(), other.clip().contentKey());
    assertFalse(
        Arrays.equals(first.clip().read(16_000).samples(), other.clip().read(16_000).samples()));
  }

  @Test
  void moreTrainingClipsLeaveTheOthersAsTheyAre() {
    PairDataset few =
        new SyntheticFactory().open(new SyntheticConfig(10, 20, 20, 2.5, 5, 1), NO_FILES);
    PairDataset many =
        new SyntheticFactory().open(new SyntheticConfig(50, 20, 20, 2.5, 5, 1), NO_FILES);

    assertEquals(few.test(), many.test());
    assertEquals(few.train(), many.train().subList(0, 10));
  }

  @Test
  void testCombinationsAreUnseenThoughEachPartIsSeen() {
    for (long seed = 0; seed < 5; seed++) {
      PairDataset data = open(seed);
      Set<String> seen = pairsOf(scenes(data.train()));
      Set<String> unseen = new HashSet<>(pairsOf(scenes(data.test())));
      unseen.removeAll(seen);

      assertEquals(4, unseen.size(), "low, high, slow and fast each miss one kind: " + unseen);
      for (Scene scene : scenes(data.test())) {
        Set<String> pairs = pairsOf(List.of(scene));
        assertTrue(pairs.stream().anyMatch(unseen::contains), scene + " has nothing unseen");
      }
      assertTrue(seen.containsAll(pairsOf(scenes(data.validation()))));
      // Eight kinds with two pitches, rates and loudnesses each, four pairs missing.
      assertEquals(8 * 6 - 4, seen.size());
    }
  }

  @Test
  void evaluatedScenesAreDistinctAndShareNoCaption() {
    PairDataset data = open(3);
    for (List<AudioTextPair> split : List.of(data.validation(), data.test())) {
      assertEquals(split.size(), Set.copyOf(scenes(split)).size());
      Set<String> captions = new HashSet<>();
      for (AudioTextPair pair : split) {
        assertEquals(5, Set.copyOf(pair.captions()).size(), "captions differ: " + pair.captions());
        pair.captions().forEach(c -> assertTrue(captions.add(c), c + " is said of two scenes"));
      }
    }
  }

  @Test
  void captionsTellTheWholeScene() {
    for (AudioTextPair pair : open(0).train()) {
      Scene scene = ((SyntheticClip) pair.clip()).scene();
      for (String caption : pair.captions()) {
        for (SoundEvent event : scene.events()) {
          assertTrue(
              event.kind().nouns().stream().anyMatch(caption::contains), caption + ": " + event);
          for (Property property : event.properties()) {
            assertTrue(
                property.words().stream().anyMatch(caption::contains), caption + ": " + property);
          }
        }
        assertTrue(
            scene.background().phrases().stream().anyMatch(caption::endsWith),
            caption + ": " + scene.background());
        assertFalse(caption.contains("{") || caption.contains("  "), caption);
      }
    }
  }

  @Test
  void wordsAreFewEnoughToLearn() {
    Set<String> words =
        open(0).train().stream()
            .flatMap(pair -> pair.captions().stream())
            .flatMap(caption -> Arrays.stream(caption.split("[ ,]+")))
            .collect(Collectors.toSet());

    assertTrue(words.size() < 100, "a word-level vocabulary: " + words);
  }

  @Test
  void taskHasOneClassPerSceneAndItsParts() {
    PairDataset data = open(2);
    ZeroShotTask task = Objects.requireNonNull(data.testTask());

    assertEquals(200, task.classNames().size());
    assertEquals(
        Set.of("background", "relation", "kinds", "pitch", "rate", "loudness"),
        task.attributes().keySet());
    List<Integer> backgrounds = Objects.requireNonNull(task.attributes().get("background"));
    assertEquals(5, Set.copyOf(backgrounds).size());
  }

  @Test
  void samplesStayWithinFullScaleAtAnyRate() throws AudioException {
    for (AudioTextPair pair : open(1).test().subList(0, 40)) {
      for (int rate : new int[] {8_000, 32_000}) {
        float[] samples = pair.clip().read(rate).samples();
        assertEquals(Math.round(2.5 * rate), samples.length);
        for (float sample : samples) {
          assertTrue(Math.abs(sample) <= 1, pair.clip().name());
        }
      }
    }
  }

  @Test
  void instancesOfOneSceneNeverSoundTheSame() {
    Scene scene =
        new Scene(
            Relation.ALONE,
            List.of(new SoundEvent(EventKind.BELL, Pitch.LOW, Rate.SLOW, Loudness.LOUD)),
            Background.SILENCE);

    float[] one = SceneSynthesizer.render(scene, 2, 16_000, RandomSeed.of(1));
    float[] two = SceneSynthesizer.render(scene, 2, 16_000, RandomSeed.of(2));

    assertFalse(Arrays.equals(one, two));
  }

  @Test
  void orderOfSimultaneousEventsSaysNothing() {
    SoundEvent bell = new SoundEvent(EventKind.BELL, Pitch.LOW, Rate.SLOW, Loudness.LOUD);
    SoundEvent drip = new SoundEvent(EventKind.DRIP, Pitch.LOW, Rate.FAST, Loudness.LOUD);

    assertEquals(
        new Scene(Relation.WHILE, List.of(bell, drip), Background.HUM),
        new Scene(Relation.WHILE, List.of(drip, bell), Background.HUM));
    assertNotEquals(
        new Scene(Relation.THEN, List.of(bell, drip), Background.HUM),
        new Scene(Relation.THEN, List.of(drip, bell), Background.HUM));
  }

  @Test
  void rangesAreChecked() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new SyntheticConfig(1, 0, 2001, 2.5, 5, 0));

    assertEquals("test-clips must be in [0, 2000], was 2001", e.getMessage());
  }
}
