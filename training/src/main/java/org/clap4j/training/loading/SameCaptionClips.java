package org.clap4j.training.loading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clap4j.core.data.AudioClip;
import org.clap4j.core.data.AudioTextPair;

/** Which pairs have a caption in common. */
final class SameCaptionClips {

  private final List<AudioTextPair> pairs;
  private final Map<String, List<Integer>> pairsByCaption = new HashMap<>();

  SameCaptionClips(List<AudioTextPair> pairs) {
    this.pairs = pairs;
    for (int pair = 0; pair < pairs.size(); pair++) {
      for (String caption : pairs.get(pair).captions()) {
        pairsByCaption.computeIfAbsent(caption, c -> new ArrayList<>()).add(pair);
      }
    }
  }

  /** The clips of all pairs with a caption but one; a list of its own. */
  List<AudioClip> othersWith(String caption, int pair) {
    return pairsByCaption.getOrDefault(caption, List.of()).stream()
        .filter(other -> other != pair)
        .map(other -> pairs.get(other).clip())
        .toList();
  }
}
