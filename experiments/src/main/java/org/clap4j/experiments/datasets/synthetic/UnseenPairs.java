package org.clap4j.experiments.datasets.synthetic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.random.RandomSeed;

/**
 * The pairs of a kind and a property that never meet in training: one for low, high, slow and fast
 * each, with a kind of its own. So each kind is heard with at least three of the four, and each
 * property with seven kinds of eight.
 *
 * @param propertyByKind the property that a kind never has in training
 */
record UnseenPairs(Map<EventKind, Property> propertyByKind) {

  private static final List<Property> HELD_OUT =
      List.of(Pitch.LOW, Pitch.HIGH, Rate.SLOW, Rate.FAST);

  /** Freezes the map. */
  UnseenPairs {
    propertyByKind = Map.copyOf(propertyByKind);
  }

  /** Draws the kinds. */
  static UnseenPairs draw(RandomSeed seed) {
    var random = seed.split("unseen-pairs").generator();
    List<EventKind> kinds = new ArrayList<>(List.of(EventKind.values()));
    Map<EventKind, Property> pairs = new LinkedHashMap<>();
    for (Property property : HELD_OUT) {
      pairs.put(kinds.remove(random.nextInt(kinds.size())), property);
    }
    return new UnseenPairs(pairs);
  }

  /** Tells whether a scene has an event that training never has. */
  boolean isIn(Scene scene) {
    return scene.events().stream().anyMatch(this::isIn);
  }

  private boolean isIn(SoundEvent event) {
    Property property = propertyByKind.get(event.kind());
    return property != null && event.properties().contains(property);
  }
}
