package org.clap4j.encoders.tokenizers;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a {@code tokenizer.json} says of its vocabulary.
 *
 * @param path the file
 * @param vocabularySize the highest id, plus 1
 * @param paddingId the id that it pads with
 */
record TokenizerFile(Path path, int vocabularySize, int paddingId) {

  static final String NAME = "tokenizer.json";

  /** GPT-2's has no padding token; MS CLAP pads with its id 0. */
  private static final int PADDING_WITHOUT_TOKEN = 0;

  private static final List<String> PADDING_TOKENS = List.of("<pad>", "[PAD]");

  /** Reads the file, or the one in a directory. */
  static TokenizerFile read(Path fileOrDirectory) throws IOException {
    Path path =
        Files.isDirectory(fileOrDirectory) ? fileOrDirectory.resolve(NAME) : fileOrDirectory;
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          "there is no tokenizer at "
              + path
              + "; tokenizer.path takes a tokenizer.json as Hugging"
              + " Face models have it, or the directory that holds it");
    }
    try {
      JsonObject json = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
      return new TokenizerFile(path, highestId(json) + 1, paddingId(json));
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new IOException(path + " is not a tokenizer.json: " + e.getMessage(), e);
    }
  }

  private static int highestId(JsonObject json) {
    JsonElement vocabulary = json.getAsJsonObject("model").get("vocab");
    int highest = -1;
    if (vocabulary instanceof JsonArray scored) { // Unigram: [token, score], the id is the index
      highest = scored.size() - 1;
    } else {
      for (var entry : vocabulary.getAsJsonObject().entrySet()) {
        highest = Math.max(highest, entry.getValue().getAsInt());
      }
    }
    for (JsonElement token : addedTokens(json)) {
      highest = Math.max(highest, token.getAsJsonObject().get("id").getAsInt());
    }
    return highest;
  }

  private static int paddingId(JsonObject json) {
    if (json.get("padding") instanceof JsonObject padding && padding.has("pad_id")) {
      return padding.get("pad_id").getAsInt();
    }
    for (JsonElement token : addedTokens(json)) {
      JsonObject added = token.getAsJsonObject();
      if (PADDING_TOKENS.contains(added.get("content").getAsString())) {
        return added.get("id").getAsInt();
      }
    }
    return PADDING_WITHOUT_TOKEN;
  }

  private static JsonArray addedTokens(JsonObject json) {
    return json.get("added_tokens") instanceof JsonArray tokens ? tokens : new JsonArray();
  }
}
