package org.clap4j.experiments.bench;

import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;

/** Tells a text encoder its sizes where the tokens are given and no caption is ever encoded. */
record NoTokenizer(int vocabularySize, int maxLength) implements Tokenizer {

  @Override
  public TokenBatch encode(List<String> captions) {
    throw new UnsupportedOperationException("there are no captions");
  }

  @Override
  public int paddingId() {
    return 1;
  }

  @Override
  public long truncatedCaptions() {
    return 0;
  }

  @Override
  public void save(Path directory) {
    throw new UnsupportedOperationException("there is nothing to save");
  }
}
