package org.clap4j.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Writes a safetensors file: aside, synced, renamed. Arrays are ordered widest type first, then by
 * name, so that all are aligned and the same arrays give the same bytes in whatever order they
 * come. Arrays are read when {@link #write} is called, and copied in pieces.
 *
 * <pre>{@code
 * new SafeTensorsWriter().metadata("format", "pt").array("weight", weight).write(path);
 * }</pre>
 */
public final class SafeTensorsWriter {

  private static final int PIECE_BYTES = 1 << 22;

  private final SortedMap<String, String> metadata = new TreeMap<>();
  private final SortedMap<String, Source> sources = new TreeMap<>();

  /** An array to be written: what it is, and what opens its elements. */
  private record Source(TensorType type, long[] shape, Supplier<Elements> elements) {}

  @FunctionalInterface
  private interface Elements {
    /** Puts so many elements, from start on, row-major. */
    void put(ByteBuffer target, long start, int length);
  }

  /** Adds a text. */
  public SafeTensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds texts. */
  public SafeTensorsWriter metadata(Map<String, String> texts) {
    metadata.putAll(texts);
    return this;
  }

  /** Adds an array in its own type. */
  public SafeTensorsWriter array(String name, INDArray array) {
    return array(name, TensorType.of(array.dataType()), array);
  }

  /**
   * Adds an array in a given type.
   *
   * @param type F16 and BF16 round to nearest, ties to even
   * @param array any shape and order; not copied before {@link #write}
   */
  public SafeTensorsWriter array(String name, TensorType type, INDArray array) {
    boolean integers = !array.dataType().isFPType();
    if (integers == type.isFloatingPoint()) {
      throw new IllegalArgumentException(
          "array '%s' of type %s cannot be written as %s".formatted(name, array.dataType(), type));
    }
    return add(name, type, array.shape(), () -> elements(array, type));
  }

  private static Elements elements(INDArray array, TensorType type) {
    INDArray flat = array.reshape('c', new long[] {array.length()});
    return (target, start, length) ->
        put(flat.get(NDArrayIndex.interval(start, start + length)).dup('c'), type, target);
  }

  private static void put(INDArray piece, TensorType type, ByteBuffer target) {
    if (!type.isFloatingPoint()) {
      for (long value : piece.castTo(DataType.INT64).data().asLong()) {
        type.writeLong(target, value);
      }
    } else if (piece.dataType() == DataType.FLOAT) {
      for (float value : piece.data().asFloat()) {
        type.writeFloat(target, value);
      }
    } else {
      for (double value : piece.castTo(DataType.DOUBLE).data().asDouble()) {
        type.writeDouble(target, value);
      }
    }
  }

  /** Adds an F32 array, row-major. */
  public SafeTensorsWriter floats(String name, float[] values, long... shape) {
    checkLength(name, values.length, TensorType.F32, shape);
    return add(
        name,
        TensorType.F32,
        shape,
        () ->
            (target, start, length) -> {
              target.asFloatBuffer().put(values, (int) start, length);
              target.position(target.position() + length * Float.BYTES);
            });
  }

  /** Adds an F64 array, row-major. */
  public SafeTensorsWriter doubles(String name, double[] values, long... shape) {
    checkLength(name, values.length, TensorType.F64, shape);
    return add(
        name,
        TensorType.F64,
        shape,
        () ->
            (target, start, length) -> {
              target.asDoubleBuffer().put(values, (int) start, length);
              target.position(target.position() + length * Double.BYTES);
            });
  }

  /** Adds an I64 array, row-major. */
  public SafeTensorsWriter longs(String name, long[] values, long... shape) {
    checkLength(name, values.length, TensorType.I64, shape);
    return add(
        name,
        TensorType.I64,
        shape,
        () ->
            (target, start, length) -> {
              target.asLongBuffer().put(values, (int) start, length);
              target.position(target.position() + length * Long.BYTES);
            });
  }

  private static void checkLength(String name, long length, TensorType type, long[] shape) {
    if (length * type.bytes() != TensorInfo.byteCount(type, shape)) {
      throw new IllegalArgumentException(
          "array '%s' has %d values for shape %s".formatted(name, length, Arrays.toString(shape)));
    }
  }

  private SafeTensorsWriter add(
      String name, TensorType type, long[] shape, Supplier<Elements> elements) {
    if (name.equals("__metadata__")) {
      throw new IllegalArgumentException("an array cannot be named __metadata__");
    }
    if (sources.put(name, new Source(type, shape.clone(), elements)) != null) {
      throw new IllegalArgumentException("array '" + name + "' was added twice");
    }
    return this;
  }

  /**
   * Writes the file, replacing one that is there.
   *
   * @throws IOException if it cannot be written; then an old file is left as it was
   */
  public void write(Path file) throws IOException {
    List<TensorInfo> tensors = layout();
    byte[] header = header(tensors);
    AtomicFile.write(
        file,
        channel -> {
          drain(channel, ByteBuffer.wrap(header));
          ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
          for (TensorInfo tensor : tensors) {
            write(channel, piece, tensor);
          }
        });
  }

  private List<TensorInfo> layout() {
    List<String> names = new ArrayList<>(sources.keySet());
    names.sort(
        Comparator.comparingInt((String name) -> -source(name).type().bytes())
            .thenComparing(Comparator.naturalOrder()));
    List<TensorInfo> tensors = new ArrayList<>();
    long begin = 0;
    for (String name : names) {
      Source source = source(name);
      long end = begin + TensorInfo.byteCount(source.type(), source.shape());
      List<Long> shape = Arrays.stream(source.shape()).boxed().toList();
      tensors.add(new TensorInfo(name, source.type(), shape, begin, end));
      begin = end;
    }
    return tensors;
  }

  private Source source(String name) {
    Source source = sources.get(name);
    if (source == null) {
      throw new IllegalStateException("no array '" + name + "'");
    }
    return source;
  }

  /** The length and the JSON, filled with spaces so that the data begin at a multiple of 8. */
  private byte[] header(List<TensorInfo> tensors) throws IOException {
    byte[] json = SafeTensorsHeader.format(tensors, metadata).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer bytes =
        ByteBuffer.allocate(SafeTensors.LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }

  private void write(FileChannel channel, ByteBuffer piece, TensorInfo tensor) throws IOException {
    Elements elements = source(tensor.name()).elements().get();
    int pieceLength = PIECE_BYTES / tensor.type().bytes();
    for (long start = 0; start < tensor.length(); start += pieceLength) {
      piece.clear();
      int length = (int) Math.min(pieceLength, tensor.length() - start);
      elements.put(piece, start, length);
      drain(channel, piece.flip());
    }
  }

  private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
