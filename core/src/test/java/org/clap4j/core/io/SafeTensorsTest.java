package org.clap4j.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsTest {

  private final Path directory;

  SafeTensorsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static Path fixtures() {
    try {
      return Path.of(
          Objects.requireNonNull(SafeTensorsTest.class.getResource("/fixtures/safetensors_bad"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          truncated_header         | gives its header 112 bytes, but has only 32 after the length; the file is cut short or damaged
          truncated_data           | array 'b' ends at byte 48 of the data, which has 43; the file is cut short or damaged
          header_longer_than_file  | gives its header 100000 bytes, but has only 104 after the length; the file is cut short or damaged
          overlapping_offsets      | array 'b' begins at byte 16 of the data and overlaps array 'a', which ends at 32
          offset_out_of_range      | array 'b' ends at byte 72 of the data, which has 48; the file is cut short or damaged
          offsets_reversed         | array 'a': data_offsets must be [begin, end], was [24, 0]
          duplicate_key            | the header has array 'a' twice
          unknown_dtype            | array 'a': dtype 'F37' is not known; known: [BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64]
          non_utf8_header          | the header is not UTF-8 at byte 11
          negative_shape           | array 'a': shape must hold whole numbers that are not negative, has -3
          size_mismatch            | array 'a': shape [2, 5] of F32 takes 40 bytes, data_offsets give 48
          huge_header_length       | gives its header 9223372036854775807 bytes, more than the 100000000 that are allowed; is it a safetensors file?
          header_length_overflow   | gives its header 18446744073709551615 bytes, more than the 100000000 that are allowed; is it a safetensors file?
          shape_overflow           | array 'a': shape [8589934592, 8589934592] has more bytes than 63 bits can count
          shape_overflow_to_zero   | array 'a': shape [4294967296, 4294967296] has more bytes than 63 bits can count
          fractional_offset        | array 'a': data_offsets must hold whole numbers that are not negative, has 0.0
          gap_between_arrays       | bytes 16 to 32 of the data, before array 'b', belong to no array
          trailing_bytes           | 7 bytes after the last array belong to no array
          not_an_object            | the header must be an object, is a list
          missing_field            | array 'a' has no shape
          metadata_not_strings     | __metadata__ 'epoch' must be a text, is a number
          deep_nesting             | array 'a' must be an object, is a list
          seven_bytes              | has 7 bytes; a safetensors file begins with the 8 bytes of its header's length
          empty_file               | has 0 bytes; a safetensors file begins with the 8 bytes of its header's length
          """)
  void refusesAMalformedFile(String name, String message) {
    Path file = fixtures().resolve("bad_" + name + ".safetensors");
    TensorFileException refusal =
        assertThrows(TensorFileException.class, () -> SafeTensors.open(file));
    assertEquals(file + ": " + message, refusal.getMessage());
  }

  @Test
  void everyMalformedFixtureIsTested() throws IOException {
    try (Stream<Path> files = Files.list(fixtures())) {
      assertEquals(
          24, files.filter(file -> file.getFileName().toString().startsWith("bad_")).count());
    }
  }

  @ParameterizedTest
  @MethodSource
  void readsAValidFileExactly(String name, JsonObject expected) throws IOException {
    try (SafeTensors file = SafeTensors.open(fixtures().resolve(name))) {
      assertEquals(texts(expected.get("metadata")), file.metadata());
      JsonObject arrays = expected.getAsJsonObject("arrays");
      assertEquals(arrays.keySet(), file.names());
      for (String array : arrays.keySet()) {
        assertReads(file, array, arrays.getAsJsonObject(array));
      }
    }
  }

  static List<Object[]> readsAValidFileExactly() {
    JsonObject files;
    try {
      files =
          JsonParser.parseString(Files.readString(fixtures().resolve("valid.json")))
              .getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Object[]> cases = new ArrayList<>();
    files.asMap().forEach((name, json) -> cases.add(new Object[] {name, json.getAsJsonObject()}));
    return cases;
  }

  private static Map<String, String> texts(JsonElement metadata) {
    Map<String, String> texts = new HashMap<>();
    if (metadata != null) {
      metadata
          .getAsJsonObject()
          .asMap()
          .forEach((key, value) -> texts.put(key, value.getAsString()));
    }
    return texts;
  }

  private static void assertReads(SafeTensors file, String name, JsonObject expected)
      throws IOException {
    TensorInfo info = file.info(name);
    assertEquals(expected.get("dtype").getAsString(), info.type().name());
    List<Long> shape =
        expected.getAsJsonArray("shape").asList().stream().map(JsonElement::getAsLong).toList();
    assertEquals(shape, info.shape());
    INDArray array = file.array(name);
    assertArrayEquals(info.shapeArray(), array.shape());
    assertEquals(info.type().arrayType(), array.dataType());
    List<String> values =
        expected.getAsJsonArray("values").asList().stream().map(JsonElement::getAsString).toList();
    if (info.type().isFloatingPoint()) {
      double[] doubles = values.stream().mapToDouble(SafeTensorsTest::parse).toArray();
      assertBits(doubles, file.doubles(name));
      if (info.type() != TensorType.F64) {
        float[] floats = file.floats(name);
        for (int i = 0; i < floats.length; i++) {
          assertEquals(doubles[i], floats[i]);
        }
      }
      for (int i = 0; i < doubles.length; i++) {
        assertEquals(Double.doubleToLongBits(doubles[i]), bits(array.ravel().getDouble(i)));
      }
    } else {
      long[] longs = values.stream().mapToLong(Long::parseLong).toArray();
      assertArrayEquals(longs, file.longs(name));
      for (int i = 0; i < longs.length; i++) {
        assertEquals(longs[i], array.ravel().getLong(i));
      }
    }
  }

  private static double parse(String value) {
    return switch (value) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(value);
    };
  }

  private static long bits(double value) {
    return Double.doubleToLongBits(value);
  }

  private static void assertBits(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(bits(expected[i]), bits(actual[i]), "element " + i);
    }
  }

  @Test
  void roundsToSixteenBitsAsTheFixtureDoes() throws IOException {
    try (SafeTensors file = SafeTensors.open(fixtures().resolve("rounding.safetensors"))) {
      float[] values = file.floats("float32");
      long[] float16 = file.longs("f16_bits");
      long[] bfloat16 = file.longs("bf16_bits");
      for (int i = 0; i < values.length; i++) {
        short half = HalfPrecision.floatToFloat16(values[i]);
        short brain = HalfPrecision.floatToBfloat16(values[i]);
        if (Float.isNaN(values[i])) {
          assertTrue(Float.isNaN(HalfPrecision.float16ToFloat(half)));
          assertTrue(Float.isNaN(HalfPrecision.bfloat16ToFloat(brain)));
        } else {
          assertEquals(float16[i], half & 0xFFFF, values[i] + " as F16");
          assertEquals(bfloat16[i], brain & 0xFFFF, values[i] + " as BF16");
        }
      }
    }
  }

  @Test
  void everySixteenBitValueSurvivesWideningAndNarrowing() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float half = HalfPrecision.float16ToFloat((short) bits);
      if (!Float.isNaN(half)) {
        assertEquals((short) bits, HalfPrecision.floatToFloat16(half));
      }
      float brain = HalfPrecision.bfloat16ToFloat((short) bits);
      if (!Float.isNaN(brain)) {
        assertEquals((short) bits, HalfPrecision.floatToBfloat16(brain));
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBackToTheBit() throws IOException {
    Path path = directory.resolve("arrays.safetensors");
    INDArray weight =
        Nd4j.createFromArray(new float[][] {{1, -0f, Float.NaN}, {4, Float.MIN_VALUE, 6}});
    INDArray doubles = Nd4j.createFromArray(Math.PI, -Math.E);
    new SafeTensorsWriter()
        .metadata("note", "ä \"quoted\"\n")
        .array("weight", weight)
        .array("weight.transposed", weight.transpose())
        .array("weight.column", weight.getColumn(1))
        .array("doubles", doubles)
        .array("half", TensorType.F16, doubles)
        .array("ids", Nd4j.createFromArray(3, -4))
        .array("mask", Nd4j.createFromArray(true, false))
        .array("scale", Nd4j.scalar(2.5f))
        .array("empty", Nd4j.create(DataType.FLOAT, 0, 3))
        .floats("floats", new float[] {1, 2}, 2, 1)
        .longs("longs", new long[] {Long.MIN_VALUE}, 1)
        .doubles("f64", new double[] {0.1}, 1, 1)
        .write(path);
    try (SafeTensors file = SafeTensors.open(path)) {
      assertEquals(Map.of("note", "ä \"quoted\"\n"), file.metadata());
      assertArrayEquals(
          new float[] {1, -0f, Float.NaN, 4, Float.MIN_VALUE, 6}, file.floats("weight"));
      assertArrayEquals(
          new float[] {1, 4, -0f, Float.MIN_VALUE, Float.NaN, 6}, file.floats("weight.transposed"));
      assertArrayEquals(new float[] {-0f, Float.MIN_VALUE}, file.floats("weight.column"));
      assertEquals(doubles, file.array("doubles"));
      assertArrayEquals(new float[] {3.140625f, -2.71875f}, file.floats("half"));
      assertEquals(Nd4j.createFromArray(3, -4), file.array("ids"));
      assertEquals(Nd4j.createFromArray(true, false), file.array("mask"));
      assertEquals(Nd4j.scalar(2.5f), file.array("scale"));
      assertArrayEquals(new long[] {0, 3}, file.array("empty").shape());
      assertArrayEquals(new float[] {1, 2}, file.floats("floats"));
      assertArrayEquals(new long[] {Long.MIN_VALUE}, file.longs("longs"));
      assertArrayEquals(new double[] {0.1}, file.doubles("f64"));
      assertEquals(0, (Files.size(path) - dataLength(file)) % 8);
      assertEquals(List.of(path), list(directory));
    }
  }

  private static long dataLength(SafeTensors file) {
    return file.tensors().stream().mapToLong(TensorInfo::end).max().orElse(0);
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void theSameArraysGiveTheSameBytesInAnyOrder() throws IOException {
    Path one = directory.resolve("one");
    Path other = directory.resolve("other");
    INDArray a = Nd4j.createFromArray(1f, 2f);
    INDArray b = Nd4j.createFromArray(1L);
    new SafeTensorsWriter()
        .metadata("k", "v")
        .metadata("j", "w")
        .array("a", a)
        .array("b", b)
        .write(one);
    new SafeTensorsWriter()
        .array("b", b)
        .array("a", a)
        .metadata("j", "w")
        .metadata("k", "v")
        .write(other);
    assertEquals(-1, Files.mismatch(one, other));
  }

  @Test
  void copiesArraysLargerThanOnePiece() throws IOException {
    Path path = directory.resolve("large.safetensors");
    int length = (1 << 20) * 2 + 3;
    INDArray values = Nd4j.arange(length).castTo(DataType.FLOAT).reshape(length, 1);
    new SafeTensorsWriter().array("x", values).write(path);
    try (SafeTensors file = SafeTensors.open(path)) {
      assertEquals(values, file.array("x"));
      float[] floats = file.floats("x");
      assertEquals(length - 1f, floats[length - 1]);
      assertEquals(1 << 20, floats[1 << 20]);
    }
  }

  @Test
  void readsBehindTwoGigabytes() throws IOException {
    long gap = 3L << 30; // a hole in a sparse file: it takes no room on the disk
    String json =
        "{\"hole\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},".formatted(gap, gap)
            + "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
                .formatted(gap, gap + 8);
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length).put(header);
    ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    end.putFloat(1.5f).putFloat(-2f);
    Path path = directory.resolve("sparse.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(start.array());
      file.seek(start.capacity() + gap);
      file.write(end.array());
    }
    try (SafeTensors file = SafeTensors.open(path)) {
      assertArrayEquals(new float[] {1.5f, -2f}, file.floats("x"));
      assertEquals(
          path
              + ": array 'hole' has 3221225472 elements, too many for a Java array; read it as an"
              + " ND4J array",
          assertThrows(TensorFileException.class, () -> file.longs("hole")).getMessage());
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path path = directory.resolve("file");
    Files.writeString(path, "old");
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                path,
                channel -> {
                  channel.write(ByteBuffer.wrap(new byte[100]));
                  throw new IOException("disk full");
                }));
    assertEquals("old", Files.readString(path));
    assertEquals(List.of(path), list(directory));
  }

  @Test
  void saysWhichArrayIsMissingOrOfTheWrongType() throws IOException {
    Path path = fixtures().resolve("valid_types.safetensors");
    try (SafeTensors file = SafeTensors.open(path)) {
      assertEquals(
          path + ": has no array 'weight'; it has [u8, scalar, odd, i8, i32, i16, empty, bool]",
          assertThrows(TensorFileException.class, () -> file.array("weight")).getMessage());
      assertEquals(
          path + ": array 'odd' must hold integers, holds F64",
          assertThrows(TensorFileException.class, () -> file.longs("odd")).getMessage());
    }
  }

  @Test
  void refusesToWriteWhatWouldBeLost() {
    SafeTensorsWriter writer = new SafeTensorsWriter().longs("ids", new long[2], 2);
    assertEquals(
        "array 'ids' was added twice",
        assertThrows(IllegalArgumentException.class, () -> writer.longs("ids", new long[1], 1))
            .getMessage());
    assertEquals(
        "array 'x' has 2 values for shape [3]",
        assertThrows(IllegalArgumentException.class, () -> writer.floats("x", new float[2], 3))
            .getMessage());
    assertEquals(
        "array 'y' of type FLOAT cannot be written as I64",
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.array("y", TensorType.I64, Nd4j.zeros(2)))
            .getMessage());
  }
}
