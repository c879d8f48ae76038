package org.clap4j.core.audio;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads the float32 arrays of a fixture: test code, independent of the reader under test. */
final class Fixtures {

  private Fixtures() {}

  /** Reads all arrays, row by row, by name. */
  static Map<String, float[]> read(String resource) {
    ByteBuffer file = ByteBuffer.wrap(bytes(resource)).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Math.toIntExact(file.getLong());
    byte[] header = new byte[headerLength];
    file.get(header);
    ByteBuffer data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    JsonObject entries =
        JsonParser.parseString(new String(header, StandardCharsets.UTF_8)).getAsJsonObject();
    Map<String, float[]> arrays = new TreeMap<>();
    for (String name : entries.keySet()) {
      if (!name.equals("__metadata__")) {
        JsonArray offsets = entries.getAsJsonObject(name).getAsJsonArray("data_offsets");
        int from = offsets.get(0).getAsInt();
        float[] values = new float[(offsets.get(1).getAsInt() - from) / Float.BYTES];
        data.position(from).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        arrays.put(name, values);
      }
    }
    return arrays;
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Fixtures.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no fixture " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
