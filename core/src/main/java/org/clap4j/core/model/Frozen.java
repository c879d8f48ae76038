package org.clap4j.core.model;

import java.util.Map;
import java.util.Set;

/**
 * What of a model is left as it is.
 *
 * @param parts whole parts
 * @param firstLayers of how many layers of a part, from its input on; {@link Parameter#layer} says
 *     what a layer is
 */
public record Frozen(Set<Part> parts, Map<Part, Integer> firstLayers) {

  /**
   * Checks that no head is frozen under an encoder that learns.
   *
   * @throws IllegalArgumentException if one is
   */
  public Frozen {
    parts = Set.copyOf(parts);
    firstLayers = Map.copyOf(firstLayers);
    requireEncoderOf(Part.AUDIO_HEAD, Part.AUDIO_ENCODER, parts);
    requireEncoderOf(Part.TEXT_HEAD, Part.TEXT_ENCODER, parts);
  }

  private static void requireEncoderOf(Part head, Part encoder, Set<Part> parts) {
    if (parts.contains(head) && !parts.contains(encoder)) {
      throw new IllegalArgumentException(
          encoder + " learns through " + head + "; freeze both, or the encoder alone");
    }
  }

  /** Nothing is frozen. */
  public static Frozen none() {
    return new Frozen(Set.of(), Map.of());
  }

  /** Whole parts are frozen. */
  public static Frozen whole(Set<Part> parts) {
    return new Frozen(parts, Map.of());
  }

  /** Whether a layer of a part is frozen. */
  public boolean holds(Part part, int layer) {
    return parts.contains(part) || layer <= firstLayers.getOrDefault(part, 0);
  }
}
