package org.clap4j.encoders.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vocabularies without a tokenizer.json, against transformers. */
class VocabularyFilesTest {

  private final Golden golden = Golden.fixture("vocabulary_files");

  @ParameterizedTest
  @CsvSource({
    "gpt2,'',gpt2,0,331",
    "gpt2,' <|endoftext|>',gpt2_ended,0,331",
    "roberta,'',roberta,1,330",
    "bert,'',bert,0,110",
    "bert-cased,'',bert-cased,0,111",
    "gpt2/vocab.json,'',gpt2,0,331",
    "bert/vocab.txt,'',bert,0,110"
  })
  void idsAreThoseOfTransformers(
      String path, String suffix, String expected, int paddingId, int vocabularySize)
      throws IOException {
    Tokenizer tokenizer = new HuggingFaceCaptionTokenizer(golden.path(path), 77, suffix);
    assertGives(expected, tokenizer);
    assertEquals(paddingId, tokenizer.paddingId());
    assertEquals(vocabularySize, tokenizer.vocabularySize());
  }

  private void assertGives(String expected, Tokenizer tokenizer) throws IOException {
    List<String> captions = Files.readAllLines(golden.path("captions.txt"));
    int[][] ids = tokenizer.encode(captions).ids();
    assertArrayEquals(
        golden.longs("expected.safetensors", expected),
        Arrays.stream(ids).flatMapToInt(Arrays::stream).asLongStream().toArray());
  }

  @Test
  void checkpointHoldsOneTokenizerJson(@TempDir Path checkpoint) throws IOException {
    new HuggingFaceCaptionTokenizer(golden.path("roberta"), 77, "").save(checkpoint);
    assertGives(
        "roberta",
        new HuggingFaceCaptionTokenizer.Factory()
            .load(new HuggingFaceTokenizerConfig(Path.of("gone"), 77, ""), checkpoint));
  }

  @Test
  void vocabularyWithoutMergesIsRefused(@TempDir Path directory) throws IOException {
    Path vocabulary = directory.resolve("vocab.json");
    Files.copy(golden.path("gpt2/vocab.json"), vocabulary);
    assertEquals(
        vocabulary + " needs its merges beside it: there is no " + directory.resolve("merges.txt"),
        refusal(vocabulary));
  }

  @Test
  void otherListsOfWordsAreRefused(@TempDir Path directory) throws IOException {
    Path words = Files.writeString(directory.resolve("vocab.txt"), "dog\ncat\n[UNK]\n");
    assertEquals(words + " is no vocabulary of word pieces: it has no [CLS]", refusal(words));
    Path vocabulary = Files.writeString(directory.resolve("vocab.json"), "{\"a\": {}}");
    Files.writeString(directory.resolve("merges.txt"), "");
    assertEquals(
        vocabulary + " is no vocabulary: 'a' has no id; expected {token: id}", refusal(vocabulary));
  }

  private static String refusal(Path path) {
    return String.valueOf(
        assertThrows(IOException.class, () -> new HuggingFaceCaptionTokenizer(path, 77, ""))
            .getMessage());
  }
}
