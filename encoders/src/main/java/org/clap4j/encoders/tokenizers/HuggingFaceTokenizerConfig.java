package org.clap4j.encoders.tokenizers;

import java.nio.file.Path;
import org.clap4j.core.config.Key;

/**
 * Options of the Hugging Face tokenizer.
 *
 * @param path the tokenizer's file, or the directory that holds it
 * @param maxLength the most tokens a caption keeps
 * @param suffix text at the end of every caption
 */
public record HuggingFaceTokenizerConfig(
    @Key(
            "a tokenizer.json, a vocab.json with merges.txt beside it, a vocab.txt, or the directory"
                + " that holds one of them")
        Path path,
    @Key(
            value = "the most tokens of a caption, special tokens included; LAION and MS 2023: 77",
            defaultValue = "77")
        int maxLength,
    @Key(value = "text at the end of every caption; MS 2023: ' <|endoftext|>'", defaultValue = "''")
        String suffix) {

  /** Checks the length. */
  public HuggingFaceTokenizerConfig {
    if (maxLength < 3) {
      throw new IllegalArgumentException(
          "max-length must be at least 3, for two special tokens and another, was " + maxLength);
    }
  }
}
