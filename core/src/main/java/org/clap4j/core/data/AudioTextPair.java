package org.clap4j.core.data;

import java.util.List;

/**
 * A clip and what is said of it.
 *
 * @param clip the sound
 * @param captions one caption or more, each true of the clip
 */
public record AudioTextPair(AudioClip clip, List<String> captions) {

  /** Checks that there is a caption. */
  public AudioTextPair {
    captions = List.copyOf(captions);
    if (captions.isEmpty() || captions.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          clip.name()
              + " has "
              + (captions.isEmpty() ? "no caption" : "a blank caption")
              + "; every clip needs one or more that say something");
    }
  }
}
