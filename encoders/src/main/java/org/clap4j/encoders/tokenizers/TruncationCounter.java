package org.clap4j.encoders.tokenizers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the different captions that were cut: one that is read in every epoch counts once. */
final class TruncationCounter {

  private final Set<String> cut = ConcurrentHashMap.newKeySet();

  /** Counts a caption that has lost its end. */
  void cut(String caption) {
    cut.add(caption);
  }

  long count() {
    return cut.size();
  }
}
