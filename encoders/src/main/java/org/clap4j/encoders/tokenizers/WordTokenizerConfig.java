package org.clap4j.encoders.tokenizers;

import org.clap4j.core.config.Key;

/**
 * Options of the word tokenizer.
 *
 * @param minCount how often a word must occur in the training captions to have an id of its own
 * @param maxLength the most tokens a caption keeps
 */
public record WordTokenizerConfig(
    @Key(
            value = "how often a word must occur in the training captions to be known",
            defaultValue = "1")
        int minCount,
    @Key(value = "the most tokens of a caption, the leading [CLS] included", defaultValue = "64")
        int maxLength) {

  /** Checks the ranges. */
  public WordTokenizerConfig {
    if (minCount < 1) {
      throw new IllegalArgumentException("min-count must be at least 1, was " + minCount);
    }
    if (maxLength < 2) {
      throw new IllegalArgumentException(
          "max-length must be at least 2, for [CLS] and a word, was " + maxLength);
    }
  }
}
