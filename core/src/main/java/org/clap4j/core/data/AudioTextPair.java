package org.clap4j.core.data;

import java.util.List;

/**
 * A clip and what is said of it.
 *
 * @param clip the sound
 * @param captions one caption or more, each true of the clip
 * @param labels names of all classes that apply to the clip, for probes; empty where the data has
 *     none, or classes of which one applies to each clip
 */
public record AudioTextPair(AudioClip clip, List<String> captions, List<String> labels) {

  /** Checks that there is a caption. */
  public AudioTextPair {
    captions = List.copyOf(captions);
    labels = List.copyOf(labels);
    if (captions.isEmpty() || captions.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          clip.name()
              + " has "
              + (captions.isEmpty() ? "no caption" : "a blank caption")
              + "; every clip needs one or more that say something");
    }
  }

  /** A pair without labels. */
  public AudioTextPair(AudioClip clip, List<String> captions) {
    this(clip, captions, List.of());
  }
}
