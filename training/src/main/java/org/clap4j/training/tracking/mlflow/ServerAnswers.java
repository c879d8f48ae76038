package org.clap4j.training.tracking.mlflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;

/** Reads what the server answers over REST, where what is empty is left out. */
final class ServerAnswers {

  private ServerAnswers() {}

  /**
   * Reads an answer.
   *
   * @param what names the request in messages
   * @throws ServerException if it is no JSON object, as of a proxy in between
   */
  static JsonObject object(String what, String answer) throws ServerException {
    try {
      return JsonParser.parseString(answer).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new ServerException(
          ServerException.Kind.UNAVAILABLE, what + ": the answer is no JSON object: " + answer);
    }
  }

  /** The items of a list; none if it is left out. */
  static List<JsonElement> items(JsonObject answer, String key) {
    return answer.has(key) ? answer.getAsJsonArray(key).asList() : List.of();
  }

  /** A member that is a text or a number, as text. */
  static String text(JsonElement item, String member) {
    return item.getAsJsonObject().get(member).getAsString();
  }

  /** The value of a tag; empty if there is none. */
  static String tag(JsonObject tagged, String key) {
    return items(tagged, "tags").stream()
        .filter(tag -> text(tag, "key").equals(key))
        .map(tag -> text(tag, "value"))
        .findFirst()
        .orElse("");
  }
}
