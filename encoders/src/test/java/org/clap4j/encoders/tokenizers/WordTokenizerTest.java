package org.clap4j.encoders.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordTokenizerTest {

  private static final List<String> CAPTIONS =
      List.of("A dog barks.", "a cat, and a DOG's bowl", "Ein Hündchen bellt: 2 mal");

  private static WordTokenizer tokenizer(int minCount, int maxLength) {
    return WordTokenizer.of(new WordTokenizerConfig(minCount, maxLength), CAPTIONS);
  }

  @Test
  void wordsAreLowerCasedAndStartWithCls() {
    // a: 3; the others once, in order: 2, and, barks, bellt, bowl, cat, dog, dog's, ein, hündchen,
    // mal
    TokenBatch batch = tokenizer(1, 16).encode(List.of("A cat BARKS", "HÜNDCHEN!"));
    assertArrayEquals(new int[][] {{2, 3, 9, 6}, {2, 13, 0, 0}}, batch.ids());
    assertArrayEquals(new int[][] {{1, 1, 1, 1}, {1, 1, 0, 0}}, batch.mask());
  }

  @Test
  void vocabularyDoesNotDependOnTheOrderOfCaptions() {
    WordTokenizerConfig config = new WordTokenizerConfig(1, 16);
    Tokenizer forward = WordTokenizer.of(config, CAPTIONS);
    Tokenizer backward =
        WordTokenizer.of(config, List.of(CAPTIONS.get(2), CAPTIONS.get(1), CAPTIONS.get(0)));
    assertEquals(15, forward.vocabularySize());
    assertArrayEquals(forward.encode(CAPTIONS).ids(), backward.encode(CAPTIONS).ids());
  }

  @Test
  void rareAndUnseenWordsAreUnknown() {
    Tokenizer tokenizer = tokenizer(2, 16);
    assertEquals(4, tokenizer.vocabularySize());
    assertArrayEquals(new int[][] {{2, 3, 1, 1}}, tokenizer.encode(List.of("a dog meows")).ids());
  }

  @Test
  void emptyCaptionIsClsAlone() {
    assertArrayEquals(new int[][] {{2}}, tokenizer(1, 16).encode(List.of("")).ids());
  }

  @Test
  void cutCaptionsAreCounted() {
    Tokenizer tokenizer = tokenizer(1, 3);
    TokenBatch batch = tokenizer.encode(List.of("a dog barks", "a dog", "a a a a"));
    assertArrayEquals(new int[][] {{2, 3, 10}, {2, 3, 10}, {2, 3, 3}}, batch.ids());
    assertEquals(2, tokenizer.truncatedCaptions());
    tokenizer.encode(List.of("a dog barks"));
    assertEquals(2, tokenizer.truncatedCaptions(), "the same caption again is no further one");
  }

  @Test
  void savedAndLoadedGivesTheSameIds(@TempDir Path directory) throws IOException {
    Tokenizer saved = tokenizer(1, 16);
    saved.save(directory);
    Tokenizer loaded = new WordTokenizer.Factory().load(new WordTokenizerConfig(1, 16), directory);
    assertEquals(saved.vocabularySize(), loaded.vocabularySize());
    assertArrayEquals(saved.encode(CAPTIONS).ids(), loaded.encode(CAPTIONS).ids());
  }

  @Test
  void damagedVocabularyIsRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("vocabulary.json");
    Files.writeString(file, "{\"words\":[\"a\"]}");
    assertEquals(
        file + " is not a vocabulary: expected \"words\" that start with [[PAD], [UNK], [CLS]]",
        assertThrows(
                IOException.class,
                () -> WordTokenizer.load(new WordTokenizerConfig(1, 16), directory))
            .getMessage());
  }

  @Test
  void configurationOutsideItsRangesIsRefused() {
    assertEquals(
        "min-count must be at least 1, was 0",
        assertThrows(IllegalArgumentException.class, () -> new WordTokenizerConfig(0, 16))
            .getMessage());
    assertEquals(
        "max-length must be at least 2, for [CLS] and a word, was 1",
        assertThrows(IllegalArgumentException.class, () -> new WordTokenizerConfig(1, 1))
            .getMessage());
  }
}
