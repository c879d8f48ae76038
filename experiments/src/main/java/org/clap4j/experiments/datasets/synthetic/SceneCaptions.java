package org.clap4j.experiments.datasets.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Puts scenes into words. Each caption tells the whole scene; captions of one scene differ in their
 * sentence, in the words, and in the order of adjectives.
 */
final class SceneCaptions {

  /** Number of sentences that each relation has. */
  static final int MOST = 5;

  private SceneCaptions() {}

  /**
   * Describes a scene.
   *
   * @param count number of captions, in [1, {@value #MOST}]
   */
  static List<String> describe(Scene scene, int count, SplittableRandom random) {
    List<String> sentences = new ArrayList<>(scene.relation().sentences());
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      captions.add(caption(scene, sentences.remove(random.nextInt(sentences.size())), random));
    }
    return List.copyOf(captions);
  }

  private static String caption(Scene scene, String sentence, SplittableRandom random) {
    List<SoundEvent> events = new ArrayList<>(scene.events());
    if (scene.relation() == Relation.WHILE && random.nextBoolean()) {
      events.add(events.remove(0));
    }
    String caption = sentence.replace("{x}", phrase(events.get(0), random));
    if (events.size() > 1) {
      caption = caption.replace("{y}", phrase(events.get(1), random));
    }
    return caption
        .replace("{b}", one(scene.background().phrases(), random))
        .replace(" ,", ",")
        .trim();
  }

  private static String phrase(SoundEvent event, SplittableRandom random) {
    List<Property> properties = new ArrayList<>(event.properties());
    StringBuilder phrase = new StringBuilder();
    while (!properties.isEmpty()) {
      Property next = properties.remove(random.nextInt(properties.size()));
      phrase.append(one(next.words(), random)).append(' ');
    }
    return phrase.append(one(event.kind().nouns(), random)).toString();
  }

  private static String one(List<String> words, SplittableRandom random) {
    return words.get(random.nextInt(words.size()));
  }
}
