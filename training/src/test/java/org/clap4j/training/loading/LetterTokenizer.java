package org.clap4j.training.loading;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;

/** Every character is a token. */
final class LetterTokenizer implements Tokenizer {

  @Override
  public TokenBatch encode(List<String> captions) {
    int length = captions.stream().mapToInt(String::length).max().orElse(0);
    int[][] ids =
        captions.stream()
            .map(c -> Arrays.copyOf(c.chars().toArray(), length))
            .toArray(int[][]::new);
    int[][] mask =
        Arrays.stream(ids)
            .map(row -> Arrays.stream(row).map(id -> id == 0 ? 0 : 1).toArray())
            .toArray(int[][]::new);
    return new TokenBatch(ids, mask);
  }

  @Override
  public int vocabularySize() {
    return 1 << 16;
  }

  @Override
  public int paddingId() {
    return 0;
  }

  @Override
  public int maxLength() {
    return 100;
  }

  @Override
  public long truncatedCaptions() {
    return 0;
  }

  @Override
  public void save(Path directory) {}
}
