package org.clap4j.encoders.tokenizers;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A {@code tokenizer.json}, as a file or made of {@link VocabularyFiles}, and what it says of its
 * vocabulary.
 *
 * @param path where it is from
 * @param json its text
 * @param encoding what of it makes ids of texts, as JSON that is whole: the native library ends the
 *     process where it is not, and reads the rest for nothing
 * @param vocabularySize the highest id, plus 1
 * @param paddingId the id that it pads with
 */
record TokenizerFile(Path path, String json, String encoding, int vocabularySize, int paddingId) {

  static final String NAME = "tokenizer.json";

  private static final List<String> FILES =
      List.of(NAME, VocabularyFiles.BPE_VOCABULARY, VocabularyFiles.WORD_PIECES);
  private static final Gson JSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  /** The parts that make ids of texts; each may be missing. */
  private static final List<String> STEPS =
      List.of("normalizer", "pre_tokenizer", "post_processor");

  /** GPT-2's has no padding token; MS CLAP pads with its id 0. */
  private static final int PADDING_WITHOUT_TOKEN = 0;

  /** No vocabulary comes near it, and tables of embeddings must hold it. */
  private static final int HIGHEST_ID = Integer.MAX_VALUE - 1;

  private static final List<String> PADDING_TOKENS = List.of("<pad>", "[PAD]");

  /**
   * Reads a tokenizer.
   *
   * @param fileOrDirectory a {@code tokenizer.json}, {@code vocab.json} or {@code vocab.txt}, or
   *     the directory of one of them, of which the first is taken
   */
  static TokenizerFile read(Path fileOrDirectory) throws IOException {
    Path path = find(fileOrDirectory);
    try {
      String text =
          switch (path.getFileName().toString()) {
            case VocabularyFiles.BPE_VOCABULARY ->
                JSON.toJson(VocabularyFiles.byteLevelBpe(path, merges(path)));
            case VocabularyFiles.WORD_PIECES -> JSON.toJson(VocabularyFiles.wordPiece(path));
            default -> Files.readString(path);
          };
      JsonObject json = parse(text);
      return new TokenizerFile(path, text, encoding(json), highestId(json) + 1, paddingId(json));
    } catch (CharacterCodingException e) {
      throw new IOException(path + " is not a tokenizer.json: it is not UTF-8", e);
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | ClassCastException
        | NumberFormatException e) {
      throw new IOException(path + " is not a tokenizer.json: " + e.getMessage(), e);
    }
  }

  private static Path find(Path fileOrDirectory) throws IOException {
    List<Path> places =
        Files.isDirectory(fileOrDirectory)
            ? FILES.stream().map(fileOrDirectory::resolve).toList()
            : List.of(fileOrDirectory);
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        return place;
      }
    }
    throw new IOException(
        "there is no tokenizer at "
            + fileOrDirectory
            + "; tokenizer.path takes a tokenizer.json as Hugging Face models have it, a"
            + " vocab.json with its merges.txt, a vocab.txt, or the directory that holds one of"
            + " them");
  }

  private static Path merges(Path vocabulary) throws IOException {
    Path merges = vocabulary.resolveSibling(VocabularyFiles.BPE_MERGES);
    if (!Files.isRegularFile(merges)) {
      throw new IOException(vocabulary + " needs its merges beside it: there is no " + merges);
    }
    return merges;
  }

  private static JsonObject parse(String text) throws IOException {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonObject json = JsonParser.parseReader(reader).getAsJsonObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("it goes on after its JSON object");
      }
      return json;
    } catch (MalformedJsonException e) {
      throw new JsonParseException(e);
    }
  }

  private static String encoding(JsonObject json) {
    JsonObject encoding = new JsonObject();
    encoding.add("version", json.get("version"));
    encoding.add("added_tokens", addedTokens(json));
    for (String step : STEPS) {
      JsonElement value = json.get(step);
      encoding.add(step, value == null || value.isJsonNull() ? null : value.getAsJsonObject());
    }
    encoding.add("model", need(json, "model"));
    return JSON.toJson(encoding);
  }

  private static int highestId(JsonObject json) {
    JsonElement vocabulary = need(need(json, "model").getAsJsonObject(), "vocab");
    int highest = -1;
    if (vocabulary instanceof JsonArray scored) { // Unigram: [token, score], the id is the index
      highest = scored.size() - 1;
    } else {
      for (var entry : vocabulary.getAsJsonObject().entrySet()) {
        highest = Math.max(highest, id(entry.getValue()));
      }
    }
    for (JsonElement token : addedTokens(json)) {
      highest = Math.max(highest, id(need(token.getAsJsonObject(), "id")));
    }
    return highest;
  }

  private static int id(JsonElement value) {
    long id = value.getAsLong();
    if (id < 0 || id > HIGHEST_ID) {
      throw new JsonParseException("it has the id " + id);
    }
    return (int) id;
  }

  private static JsonElement need(JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null) {
      throw new JsonParseException("it has no '" + key + "' where one is expected");
    }
    return value;
  }

  private static int paddingId(JsonObject json) {
    if (json.get("padding") instanceof JsonObject padding && padding.has("pad_id")) {
      return id(need(padding, "pad_id"));
    }
    for (JsonElement token : addedTokens(json)) {
      JsonObject added = token.getAsJsonObject();
      if (PADDING_TOKENS.contains(need(added, "content").getAsString())) {
        return id(need(added, "id"));
      }
    }
    return PADDING_WITHOUT_TOKEN;
  }

  private static JsonArray addedTokens(JsonObject json) {
    return json.get("added_tokens") instanceof JsonArray tokens ? tokens : new JsonArray();
  }
}
