package org.clap4j.encoders.text.pretrained;

/** Which token GPT-2's features are taken from. */
public enum Gpt2Pooling {
  /** The last one of the caption. */
  LAST,
  /**
   * The n-th one of a caption with n ids that are not 0: MS CLAP 2023, which pads with 0. It is the
   * last one, but for captions with {@code !}, GPT-2's id 0, which are read a token early for each.
   */
  NON_ZERO_COUNT
}
