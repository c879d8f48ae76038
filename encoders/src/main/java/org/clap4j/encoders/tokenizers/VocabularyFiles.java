package org.clap4j.encoders.tokenizers;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that models of older releases have instead of a {@code tokenizer.json}, made into one
 * as transformers makes it: {@code vocab.json} and {@code merges.txt} of a byte-level BPE (GPT-2,
 * RoBERTa), {@code vocab.txt} of a WordPiece (BERT).
 */
final class VocabularyFiles {

  static final String BPE_VOCABULARY = "vocab.json";
  static final String BPE_MERGES = "merges.txt";
  static final String WORD_PIECES = "vocab.txt";

  private static final String CONFIG = "tokenizer_config.json";

  private static final List<String> BPE_SPECIAL =
      List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>");
  private static final List<String> WORD_PIECE_SPECIAL =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private VocabularyFiles() {}

  /**
   * A byte-level BPE; one with {@code <s>} and {@code </s>}, as RoBERTa's, puts a caption between
   * them.
   */
  static JsonObject byteLevelBpe(Path vocabularyFile, Path mergesFile) throws IOException {
    JsonObject vocabulary = vocabulary(vocabularyFile);
    JsonObject model = typed("BPE");
    model.add("vocab", vocabulary);
    model.add("merges", merges(mergesFile));
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", "");
    JsonObject byteLevel = typed("ByteLevel");
    byteLevel.addProperty("add_prefix_space", false);
    byteLevel.addProperty("trim_offsets", true);
    byteLevel.addProperty("use_regex", true);
    JsonObject root = root(model, vocabulary, BPE_SPECIAL);
    root.add("pre_tokenizer", byteLevel);
    root.add("decoder", byteLevel);
    if (vocabulary.has("<s>") && vocabulary.has("</s>")) {
      JsonObject frame = typed("RobertaProcessing");
      frame.add("sep", token("</s>", vocabulary));
      frame.add("cls", token("<s>", vocabulary));
      frame.addProperty("trim_offsets", true);
      frame.addProperty("add_prefix_space", false);
      root.add("post_processor", frame);
    }
    return root;
  }

  /**
   * A WordPiece between {@code [CLS]} and {@code [SEP]}. Captions are lower-cased and lose their
   * accents, unless a {@code tokenizer_config.json} beside it says {@code do_lower_case: false}.
   */
  static JsonObject wordPiece(Path vocabularyFile) throws IOException {
    JsonObject vocabulary = new JsonObject();
    List<String> pieces = lines(vocabularyFile);
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.addProperty(pieces.get(id), id);
    }
    for (String needed : List.of("[UNK]", "[CLS]", "[SEP]")) {
      if (!vocabulary.has(needed)) {
        throw new IOException(
            vocabularyFile + " is no vocabulary of word pieces: it has no " + needed);
      }
    }
    JsonObject model = typed("WordPiece");
    model.add("vocab", vocabulary);
    model.addProperty("unk_token", "[UNK]");
    model.addProperty("continuing_subword_prefix", "##");
    model.addProperty("max_input_chars_per_word", 100);
    JsonObject normalizer = typed("BertNormalizer");
    normalizer.addProperty("clean_text", true);
    normalizer.addProperty("handle_chinese_chars", true);
    normalizer.addProperty("lowercase", lowerCases(vocabularyFile.resolveSibling(CONFIG)));
    JsonObject frame = typed("BertProcessing");
    frame.add("sep", token("[SEP]", vocabulary));
    frame.add("cls", token("[CLS]", vocabulary));
    JsonObject root = root(model, vocabulary, WORD_PIECE_SPECIAL);
    root.add("normalizer", normalizer);
    root.add("pre_tokenizer", typed("BertPreTokenizer"));
    root.add("post_processor", frame);
    return root;
  }

  private static JsonObject root(
      JsonObject model, JsonObject vocabulary, List<String> specialTokens) {
    JsonArray added = new JsonArray();
    for (String content : specialTokens) {
      if (vocabulary.has(content)) {
        JsonObject token = new JsonObject();
        token.add("id", vocabulary.get(content));
        token.addProperty("content", content);
        token.addProperty("special", true);
        for (String option : List.of("single_word", "lstrip", "rstrip", "normalized")) {
          token.addProperty(option, false);
        }
        added.add(token);
      }
    }
    JsonObject root = new JsonObject();
    root.addProperty("version", "1.0");
    root.add("added_tokens", added);
    root.add("model", model);
    return root;
  }

  private static JsonObject typed(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonArray token(String content, JsonObject vocabulary) {
    JsonArray token = new JsonArray();
    token.add(content);
    token.add(vocabulary.get(content));
    return token;
  }

  private static JsonObject vocabulary(Path file) throws IOException {
    JsonObject vocabulary = object(file);
    for (var entry : vocabulary.entrySet()) {
      if (!entry.getValue().isJsonPrimitive()) {
        throw new IOException(
            file + " is no vocabulary: '" + entry.getKey() + "' has no id; expected {token: id}");
      }
    }
    return vocabulary;
  }

  private static JsonArray merges(Path file) throws IOException {
    JsonArray merges = new JsonArray();
    for (String line : lines(file)) {
      if (!line.isEmpty() && !line.startsWith("#version")) {
        merges.add(line);
      }
    }
    return merges;
  }

  private static boolean lowerCases(Path config) throws IOException {
    if (!Files.isRegularFile(config)) {
      return true;
    }
    JsonElement value = object(config).get("do_lower_case");
    return value == null || value.getAsBoolean();
  }

  private static JsonObject object(Path file) throws IOException {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(file + " is no JSON object: " + e.getMessage(), e);
    }
  }

  /** Lines that end with a line feed alone, as a token may be any other separator of lines. */
  private static List<String> lines(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of(Files.readString(file).split("\n")));
    lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    return lines;
  }
}
