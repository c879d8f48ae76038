package org.clap4j.encoders.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.clap4j.core.random.RandomSeed;
import org.clap4j.core.text.TokenBatch;
import org.clap4j.core.text.Tokenizer;
import org.clap4j.testkit.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceCaptionTokenizerTest {

  private final Golden golden = Golden.fixture("hf_tokenizer");

  private List<String> captions() throws IOException {
    return Files.readAllLines(golden.path("captions.txt"));
  }

  private void assertGivesTransformersIds(Tokenizer tokenizer) throws IOException {
    TokenBatch batch = tokenizer.encode(captions());
    assertArrayEquals(golden.longs("expected.safetensors", "input_ids"), flat(batch.ids()));
    assertArrayEquals(golden.longs("expected.safetensors", "attention_mask"), flat(batch.mask()));
  }

  private static long[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).asLongStream().toArray();
  }

  @Test
  void idsAreThoseOfTransformers() throws IOException {
    Tokenizer tokenizer = new HuggingFaceCaptionTokenizer(golden.path("tokenizer.json"), 77, "");
    assertGivesTransformersIds(tokenizer);
    assertEquals(1, tokenizer.paddingId());
    assertEquals(0, tokenizer.truncatedCaptions());
  }

  @Test
  void everyIdIsInTheVocabulary() throws IOException {
    Tokenizer tokenizer = new HuggingFaceCaptionTokenizer(golden.path("tokenizer.json"), 77, "");
    int highest =
        Arrays.stream(tokenizer.encode(captions()).ids())
            .flatMapToInt(Arrays::stream)
            .max()
            .orElseThrow();
    assertEquals(true, highest < tokenizer.vocabularySize());
  }

  @Test
  void copyInACheckpointGivesTheSameIds(@TempDir Path checkpoint) throws IOException {
    new HuggingFaceCaptionTokenizer(golden.path("."), 77, "").save(checkpoint);
    HuggingFaceTokenizerConfig config =
        new HuggingFaceTokenizerConfig(Path.of("/gone/tokenizer.json"), 77, "");
    assertGivesTransformersIds(new HuggingFaceCaptionTokenizer.Factory().load(config, checkpoint));
  }

  @Test
  void fileThatPadsAndCutsByItselfGivesTheSameIds(@TempDir Path directory) throws IOException {
    String json = Files.readString(golden.path("tokenizer.json"));
    String own =
        json.replace(
                "\"truncation\": null",
                "\"truncation\": {\"direction\": \"Right\", \"max_length\": 4, \"strategy\":"
                    + " \"LongestFirst\", \"stride\": 0}")
            .replace(
                "\"padding\": null",
                "\"padding\": {\"strategy\": {\"Fixed\": 20}, \"direction\": \"Right\","
                    + " \"pad_to_multiple_of\": null, \"pad_id\": 1, \"pad_type_id\": 0,"
                    + " \"pad_token\": \"<pad>\"}");
    Files.writeString(directory.resolve("tokenizer.json"), own);
    assertGivesTransformersIds(new HuggingFaceCaptionTokenizer(directory, 77, ""));
  }

  @Test
  void longCaptionsKeepTheirLastSpecialTokenAndAreCounted() throws IOException {
    Tokenizer tokenizer = new HuggingFaceCaptionTokenizer(golden.path("tokenizer.json"), 5, "");
    TokenBatch batch = tokenizer.encode(List.of("a chainsaw passes in heavy rain", "a"));
    assertEquals(5, batch.length());
    assertEquals(0, batch.ids()[0][0]);
    assertEquals(2, batch.ids()[0][4]);
    assertEquals(1, tokenizer.truncatedCaptions());
  }

  @Test
  void libraryIsKeptFromTheNetwork() throws IOException {
    new HuggingFaceCaptionTokenizer(golden.path("tokenizer.json"), 77, "").encode(captions());
    assertEquals("true", System.getProperty("ai.djl.offline"));
  }

  @Test
  void missingFileIsReportedWithItsPath(@TempDir Path directory) {
    assertEquals(
        "there is no tokenizer at "
            + directory
            + "; tokenizer.path takes a tokenizer.json as Hugging Face models have it, a vocab.json"
            + " with its merges.txt, a vocab.txt, or the directory that holds one of them",
        assertThrows(IOException.class, () -> new HuggingFaceCaptionTokenizer(directory, 77, ""))
            .getMessage());
  }

  /** Hit anywhere, and where JSON's own characters are: an error that names it, or a tokenizer. */
  @Test
  void damagedFileIsRefusedOrWorks(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(golden.path("tokenizer.json"));
    byte[] json = "0123456789{}[]\",:-".getBytes(StandardCharsets.US_ASCII);
    Path file = folder.resolve("tokenizer.json");
    SplittableRandom random = RandomSeed.of(1).generator();
    for (int attempt = 0; attempt < 200; attempt++) {
      byte[] damaged = whole.clone();
      int place = random.nextInt(whole.length);
      switch (random.nextInt(3)) {
        case 0 -> damaged[place] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged[place] = json[random.nextInt(json.length)];
        default -> damaged = Arrays.copyOf(whole, place);
      }
      Files.write(file, damaged);
      try {
        new HuggingFaceCaptionTokenizer(file, 77, "").encode(captions());
      } catch (IOException e) {
        assertTrue(String.valueOf(e.getMessage()).startsWith(file.toString()), e.toString());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                        | it has no 'model' where one is expected
          {"model": {}}                             | it has no 'vocab' where one is expected
          {"model": {"vocab": {"a": 4294967297}}}   | it has the id 4294967297
          {"model": {"vocab": {"a": -1}}}           | it has the id -1
          {"model": {"vocab": {"a": "b"}}}          | For input string: "b"
          """)
  void fileWithoutWhatATokenizerHasIsRefused(String json, String problem, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    assertEquals(
        file + " is not a tokenizer.json: " + problem,
        assertThrows(IOException.class, () -> new HuggingFaceCaptionTokenizer(file, 77, ""))
            .getMessage());
  }
}
