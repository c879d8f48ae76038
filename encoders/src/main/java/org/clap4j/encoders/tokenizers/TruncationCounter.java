package org.clap4j.encoders.tokenizers;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts captions that were cut, and warns of the first. */
final class TruncationCounter {

  private static final Logger log = LoggerFactory.getLogger(TruncationCounter.class);

  private final AtomicLong count = new AtomicLong();

  /** Counts a caption that has lost its end. */
  void cut(String caption, int maxLength) {
    if (count.getAndIncrement() == 0) {
      log.warn(
          "caption '{}' has more than {} tokens and is cut; further ones are only counted. Raise"
              + " tokenizer.max-length to keep them whole.",
          caption,
          maxLength);
    }
  }

  long count() {
    return count.get();
  }
}
