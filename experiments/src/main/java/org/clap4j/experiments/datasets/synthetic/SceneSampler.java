package org.clap4j.experiments.datasets.synthetic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Draws scenes: one in five has one event, the others two, one after the other or at once. */
final class SceneSampler {

  private final UnseenPairs unseen;

  SceneSampler(UnseenPairs unseen) {
    this.unseen = unseen;
  }

  /** Draws scenes without an unseen pair; scenes may repeat. */
  List<Scene> seen(int count, SplittableRandom random) {
    return Stream.generate(() -> draw(random))
        .filter(scene -> !unseen.isIn(scene))
        .limit(count)
        .toList();
  }

  /** Draws scenes without an unseen pair, all different. */
  List<Scene> distinctSeen(int count, SplittableRandom random) {
    return distinct(count, false, random);
  }

  /** Draws scenes with an unseen pair each, all different. */
  List<Scene> distinctUnseen(int count, SplittableRandom random) {
    return distinct(count, true, random);
  }

  private List<Scene> distinct(int count, boolean withUnseenPair, SplittableRandom random) {
    Collection<Scene> scenes = new LinkedHashSet<>();
    while (scenes.size() < count) {
      Scene scene = draw(random);
      if (unseen.isIn(scene) == withUnseenPair) {
        scenes.add(scene);
      }
    }
    return List.copyOf(scenes);
  }

  private static Scene draw(SplittableRandom random) {
    double share = random.nextDouble();
    Relation relation =
        share < 0.2 ? Relation.ALONE : share < 0.65 ? Relation.THEN : Relation.WHILE;
    List<EventKind> kinds = new ArrayList<>(List.of(EventKind.values()));
    List<SoundEvent> events = new ArrayList<>();
    for (int i = 0; i < relation.events(); i++) {
      EventKind kind = kinds.remove(random.nextInt(kinds.size()));
      events.add(
          new SoundEvent(
              kind,
              one(Pitch.values(), random),
              one(Rate.values(), random),
              one(Loudness.values(), random)));
    }
    return new Scene(relation, events, one(Background.values(), random));
  }

  private static <T> T one(T[] values, SplittableRandom random) {
    return values[random.nextInt(values.length)];
  }
}
