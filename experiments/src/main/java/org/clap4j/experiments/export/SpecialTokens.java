package org.clap4j.experiments.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a {@code tokenizer.json} that stand for no text, by transformers' names of their
 * roles: {@code pad_token}, {@code cls_token}, …
 *
 * @param byRole the tokens
 */
record SpecialTokens(Map<String, String> byRole) {

  /** A role and the tokens that have it in RoBERTa and BERT. */
  private record Role(String name, List<String> tokens) {}

  private static final List<Role> USUAL =
      List.of(
          new Role("bos_token", List.of("<s>")),
          new Role("eos_token", List.of("</s>")),
          new Role("cls_token", List.of("<s>", "[CLS]")),
          new Role("sep_token", List.of("</s>", "[SEP]")),
          new Role("unk_token", List.of("<unk>", "[UNK]")),
          new Role("mask_token", List.of("<mask>", "[MASK]")));

  /**
   * Reads the tokens.
   *
   * @param tokenizer the {@code tokenizer.json}
   * @param paddingId the id that captions are filled with
   * @throws ExportException if no token has that id
   */
  static SpecialTokens read(Path tokenizer, int paddingId) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    JsonObject root = JsonParser.parseString(Files.readString(tokenizer)).getAsJsonObject();
    if (root.get("added_tokens") instanceof JsonArray added) {
      for (JsonElement token : added) {
        JsonObject object = token.getAsJsonObject();
        ids.put(object.get("content").getAsString(), object.get("id").getAsInt());
      }
    }
    Map<String, String> byRole = new LinkedHashMap<>();
    byRole.put("pad_token", padding(ids, paddingId));
    for (Role role : USUAL) {
      role.tokens().stream()
          .filter(ids::containsKey)
          .findFirst()
          .ifPresent(token -> byRole.put(role.name(), token));
    }
    return new SpecialTokens(byRole);
  }

  private static String padding(Map<String, Integer> ids, int paddingId) throws ExportException {
    return ids.entrySet().stream()
        .filter(token -> token.getValue() == paddingId)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new ExportException(
                    "the tokenizer has no special token with the id "
                        + paddingId
                        + ", which it pads with; transformers needs one"));
  }
}
