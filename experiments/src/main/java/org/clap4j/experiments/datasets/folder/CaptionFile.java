package org.clap4j.experiments.datasets.folder;

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
import org.clap4j.experiments.datasets.AudioFiles;
import org.clap4j.experiments.datasets.DatasetException;

/**
 * The captions beside a clip: {@code x.json} if there is one, else {@code x.txt}.
 *
 * <ul>
 *   <li>{@code x.txt}: one caption a line; blank lines do not count.
 *   <li>{@code x.json}: an object with a member "caption", "captions" or "text", whose value is one
 *       text or a list; other members are left alone.
 * </ul>
 *
 * @param file where they stand
 * @param captions one or more
 */
record CaptionFile(Path file, List<String> captions) {

  private static final List<String> MEMBERS = List.of("captions", "caption", "text");

  /**
   * Reads the captions of a clip.
   *
   * @throws DatasetException if there is no such file or no caption in it
   */
  static CaptionFile beside(Path clip) throws DatasetException {
    Path json = clip.resolveSibling(AudioFiles.stem(clip) + ".json");
    Path text = clip.resolveSibling(AudioFiles.stem(clip) + ".txt");
    try {
      if (Files.exists(json)) {
        return of(json, inJson(json, Files.readString(json)));
      }
      if (Files.exists(text)) {
        return of(text, Files.readAllLines(text));
      }
    } catch (IOException e) {
      if (e instanceof DatasetException refused) {
        throw refused;
      }
      throw new DatasetException(
          "the captions of " + clip + " cannot be read as UTF-8 text: " + e, e);
    }
    throw new DatasetException(
        clip + " has no captions; write them to " + text.getFileName() + " beside it, one a line");
  }

  private static CaptionFile of(Path file, List<String> lines) throws DatasetException {
    List<String> captions =
        lines.stream()
            .map(line -> line.replace("\uFEFF", "").strip())
            .filter(line -> !line.isEmpty())
            .toList();
    if (captions.isEmpty()) {
      throw new DatasetException(file + " holds no caption; every clip needs one or more");
    }
    return new CaptionFile(file, captions);
  }

  private static List<String> inJson(Path file, String content) throws DatasetException {
    try {
      JsonObject object = JsonParser.parseString(content).getAsJsonObject();
      for (String member : MEMBERS) {
        if (object.has(member)) {
          return strings(object.get(member));
        }
      }
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new DatasetException(
          file + " is not a JSON object with captions as text: " + e.getMessage(), e);
    }
    throw new DatasetException(file + " has none of caption, captions and text");
  }

  private static List<String> strings(JsonElement value) {
    if (!value.isJsonArray()) {
      return List.of(value.getAsString());
    }
    JsonArray array = value.getAsJsonArray();
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.getAsString()));
    return strings;
  }
}
