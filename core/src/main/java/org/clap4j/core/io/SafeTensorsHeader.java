package org.clap4j.core.io;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file: what arrays there are and where.
 *
 * @param tensors by name, in the header's order
 * @param metadata texts by name, in the header's order
 */
record SafeTensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

  private static final String METADATA = "__metadata__";

  /** Digits alone, at most 19 of them: no sign, fraction or exponent. */
  private static final Pattern WHOLE_NUMBER = Pattern.compile("0|[1-9][0-9]{0,18}");

  /** Writes the header's JSON. */
  static String format(Collection<TensorInfo> tensors, SortedMap<String, String> metadata)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(METADATA).beginObject();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      for (TensorInfo tensor : tensors) {
        json.name(tensor.name()).beginObject();
        json.name("dtype").value(tensor.type().name());
        json.name("shape").beginArray();
        for (long size : tensor.shape()) {
          json.value(size);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(tensor.begin()).value(tensor.end()).endArray();
        json.endObject();
      }
      json.endObject();
    }
    return text.toString();
  }

  /**
   * Parses and checks a header: every byte of the data belongs to exactly one array.
   *
   * @param file named in errors
   * @param json the header's text
   * @param dataLength number of bytes after the header
   */
  static SafeTensorsHeader parse(Path file, String json, long dataLength)
      throws TensorFileException {
    SafeTensorsHeader header;
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      header = new Parser(file, reader).header();
    } catch (TensorFileException e) {
      throw e;
    } catch (MalformedJsonException | EOFException e) {
      throw new TensorFileException(file, "the header is not valid JSON: " + firstLine(e));
    } catch (IOException e) {
      throw new TensorFileException(file, "the header cannot be read: " + firstLine(e));
    }
    header.checkCoverage(file, dataLength);
    return header;
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void checkCoverage(Path file, long dataLength) throws TensorFileException {
    List<TensorInfo> inFileOrder = new ArrayList<>(tensors.values());
    inFileOrder.sort(Comparator.comparingLong(TensorInfo::begin).thenComparing(TensorInfo::end));
    long covered = 0;
    String previous = "the header";
    for (TensorInfo tensor : inFileOrder) {
      if (tensor.end() > dataLength) {
        throw new TensorFileException(
            file,
            "array '%s' ends at byte %d of the data, which has %d; the file is cut short or damaged"
                .formatted(tensor.name(), tensor.end(), dataLength));
      }
      if (tensor.begin() < covered) {
        throw new TensorFileException(
            file,
            "array '%s' begins at byte %d of the data and overlaps %s, which ends at %d"
                .formatted(tensor.name(), tensor.begin(), previous, covered));
      }
      if (tensor.begin() > covered) {
        throw new TensorFileException(
            file,
            "bytes %d to %d of the data, before array '%s', belong to no array"
                .formatted(covered, tensor.begin(), tensor.name()));
      }
      covered = tensor.end();
      previous = "array '" + tensor.name() + "'";
    }
    if (covered != dataLength) {
      throw new TensorFileException(
          file, "%d bytes after the last array belong to no array".formatted(dataLength - covered));
    }
  }

  /** Reads the header strictly: what is not expected is an error, and nothing is skipped. */
  private record Parser(Path file, JsonReader json) {

    SafeTensorsHeader header() throws IOException {
      expect(JsonToken.BEGIN_OBJECT, "the header");
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      @Nullable Map<String, String> metadata = null;
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (name.equals(METADATA)) {
          if (metadata != null) {
            throw problem("the header has " + METADATA + " twice");
          }
          metadata = metadata();
        } else if (tensors.containsKey(name)) {
          throw problem("the header has array '" + name + "' twice");
        } else {
          tensors.put(name, tensor(name));
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw problem("the header goes on after its JSON object");
      }
      return new SafeTensorsHeader(tensors, metadata == null ? Map.of() : metadata);
    }

    private Map<String, String> metadata() throws IOException {
      expect(JsonToken.BEGIN_OBJECT, METADATA);
      Map<String, String> metadata = new LinkedHashMap<>();
      json.beginObject();
      while (json.hasNext()) {
        String key = json.nextName();
        expect(JsonToken.STRING, METADATA + " '" + key + "'");
        if (metadata.put(key, json.nextString()) != null) {
          throw problem(METADATA + " has '" + key + "' twice");
        }
      }
      json.endObject();
      return metadata;
    }

    private TensorInfo tensor(String name) throws IOException {
      String where = "array '" + name + "'";
      expect(JsonToken.BEGIN_OBJECT, where);
      @Nullable TensorType type = null;
      @Nullable List<Long> shape = null;
      @Nullable List<Long> offsets = null;
      json.beginObject();
      while (json.hasNext()) {
        String field = json.nextName();
        boolean repeated;
        switch (field) {
          case "dtype" -> {
            repeated = type != null;
            type = type(where);
          }
          case "shape" -> {
            repeated = shape != null;
            shape = wholeNumbers(where + ": shape");
          }
          case "data_offsets" -> {
            repeated = offsets != null;
            offsets = wholeNumbers(where + ": data_offsets");
          }
          default -> throw problem(where + " has an unknown field '" + field + "'");
        }
        if (repeated) {
          throw problem(where + " has " + field + " twice");
        }
      }
      json.endObject();
      return tensor(
          name,
          present(type, where, "dtype"),
          present(shape, where, "shape"),
          present(offsets, where, "data_offsets"));
    }

    private TensorInfo tensor(String name, TensorType type, List<Long> shape, List<Long> offsets)
        throws TensorFileException {
      String where = "array '" + name + "'";
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw problem(where + ": data_offsets must be [begin, end], was " + offsets);
      }
      TensorInfo tensor = new TensorInfo(name, type, shape, offsets.get(0), offsets.get(1));
      long bytes;
      try {
        bytes = TensorInfo.byteCount(type, tensor.shapeArray());
      } catch (ArithmeticException e) {
        throw problem(where + ": shape " + shape + " has more bytes than 63 bits can count");
      }
      if (bytes != tensor.end() - tensor.begin()) {
        throw problem(
            "%s: shape %s of %s takes %d bytes, data_offsets give %d"
                .formatted(where, shape, type, bytes, tensor.end() - tensor.begin()));
      }
      return tensor;
    }

    private TensorType type(String where) throws IOException {
      expect(JsonToken.STRING, where + ": dtype");
      String name = json.nextString();
      return Arrays.stream(TensorType.values())
          .filter(type -> type.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  problem(
                      "%s: dtype '%s' is not known; known: %s"
                          .formatted(where, name, Arrays.toString(TensorType.values()))));
    }

    private List<Long> wholeNumbers(String where) throws IOException {
      expect(JsonToken.BEGIN_ARRAY, where);
      List<Long> numbers = new ArrayList<>();
      json.beginArray();
      while (json.hasNext()) {
        expect(JsonToken.NUMBER, where);
        String number = json.nextString();
        if (!WHOLE_NUMBER.matcher(number).matches()) {
          throw problem(where + " must hold whole numbers that are not negative, has " + number);
        }
        numbers.add(parseLong(number, where));
      }
      json.endArray();
      return numbers;
    }

    private long parseLong(String number, String where) throws TensorFileException {
      try {
        return Long.parseLong(number);
      } catch (NumberFormatException e) {
        throw problem(where + " has " + number + ", more than 63 bits can count");
      }
    }

    private <T> T present(@Nullable T value, String where, String field)
        throws TensorFileException {
      if (value == null) {
        throw problem(where + " has no " + field);
      }
      return value;
    }

    private void expect(JsonToken expected, String where) throws IOException {
      JsonToken found = json.peek();
      if (found != expected) {
        throw problem("%s must be %s, is %s".formatted(where, words(expected), words(found)));
      }
    }

    private static String words(JsonToken token) {
      return switch (token) {
        case BEGIN_OBJECT -> "an object";
        case BEGIN_ARRAY -> "a list";
        case STRING -> "a text";
        case NUMBER -> "a number";
        case BOOLEAN -> "true or false";
        case NULL -> "null";
        default -> "missing";
      };
    }

    private TensorFileException problem(String problem) {
      return new TensorFileException(file, problem);
    }
  }
}
