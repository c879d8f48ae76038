package org.clap4j.core.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns captions into token ids. Implementations are immutable and safe for use by many threads.
 */
public interface Tokenizer {

  /** Encodes captions, truncated to {@link #maxLength()} and padded to the longest of the batch. */
  TokenBatch encode(List<String> captions);

  /** Number of ids: every id is in [0, vocabularySize). */
  int vocabularySize();

  /** The id that fills up shorter captions. */
  int paddingId();

  /** The most tokens a caption keeps, special tokens included. */
  int maxLength();

  /** How many different captions have been cut to {@link #maxLength()} so far. */
  long truncatedCaptions();

  /** Writes what is needed to make this tokenizer again into a checkpoint directory. */
  void save(Path directory) throws IOException;
}
