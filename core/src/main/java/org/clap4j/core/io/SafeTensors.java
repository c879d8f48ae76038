package org.clap4j.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Reads a safetensors file. Opening it reads and checks the header alone; an array is mapped and
 * copied when it is asked for, in pieces, so files and arrays may be larger than 2 GB.
 *
 * <pre>{@code
 * try (SafeTensors file = SafeTensors.open(path)) {
 *   INDArray weight = file.array("audio_encoder.fc1.weight");
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. A file must not be cut short while it is open.
 */
public final class SafeTensors implements TensorFile {

  /** Bytes that give the header's length. */
  static final int LENGTH_BYTES = 8;

  /** The format's own limit; a longer header is an attack or a mistake. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  /** Elements that are copied at a time. */
  private static final int PIECE = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final SafeTensorsHeader header;
  private final long dataStart;

  private SafeTensors(Path file, FileChannel channel, SafeTensorsHeader header, long dataStart) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws TensorFileException if the file is not as the format wants it
   */
  public static SafeTensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long fileLength = channel.size();
      long headerLength = headerLength(file, channel, fileLength);
      long dataStart = LENGTH_BYTES + headerLength;
      String json = decode(file, read(file, channel, LENGTH_BYTES, (int) headerLength));
      return new SafeTensors(
          file, channel, SafeTensorsHeader.parse(file, json, fileLength - dataStart), dataStart);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static long headerLength(Path file, FileChannel channel, long fileLength)
      throws IOException {
    if (fileLength < LENGTH_BYTES) {
      throw new TensorFileException(
          file,
          "has %d bytes; a safetensors file begins with the %d bytes of its header's length"
              .formatted(fileLength, LENGTH_BYTES));
    }
    long length = read(file, channel, 0, LENGTH_BYTES).getLong();
    if (Long.compareUnsigned(length, MAX_HEADER_BYTES) > 0) {
      throw new TensorFileException(
          file,
          "gives its header %s bytes, more than the %d that are allowed; is it a safetensors file?"
              .formatted(Long.toUnsignedString(length), MAX_HEADER_BYTES));
    }
    if (length > fileLength - LENGTH_BYTES) {
      throw new TensorFileException(
          file,
          "gives its header %d bytes, but has only %d after the length; the file is cut short or damaged"
              .formatted(length, fileLength - LENGTH_BYTES));
    }
    return length;
  }

  private static ByteBuffer read(Path file, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new TensorFileException(file, "was cut short while it was read");
      }
    }
    return bytes.flip();
  }

  private static String decode(Path file, ByteBuffer bytes) throws TensorFileException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new TensorFileException(
          file, "the header is not UTF-8 at byte " + (LENGTH_BYTES + bytes.position()));
    }
  }

  /** The texts that the file carries beside its arrays. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** Names of the arrays, in the header's order. */
  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  /** What the header says of each array, in its order. */
  public List<TensorInfo> tensors() {
    return new ArrayList<>(header.tensors().values());
  }

  /** Whether the file has an array of that name. */
  public boolean has(String name) {
    return header.tensors().containsKey(name);
  }

  /**
   * What the header says of one array.
   *
   * @throws TensorFileException if there is none of that name
   */
  public TensorInfo info(String name) throws TensorFileException {
    TensorInfo tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new TensorFileException(
          file, "has no array '" + name + "'; it has " + abbreviate(names()));
    }
    return tensor;
  }

  private static String abbreviate(Set<String> names) {
    int shown = 10;
    List<String> first = names.stream().limit(shown).toList();
    return names.size() <= shown ? first.toString() : first + " and " + (names.size() - shown);
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public List<Long> shape(String name) throws TensorFileException {
    return info(name).shape();
  }

  /**
   * Reads an array in the type that holds its values exactly: F16 and BF16 widen to FLOAT.
   *
   * @return a new array of the file's shape
   */
  public INDArray array(String name) throws IOException {
    return array(name, info(name).type().arrayType());
  }

  /**
   * Reads an array as another type; narrowing rounds.
   *
   * @return a new array of the file's shape
   */
  @Override
  public INDArray array(String name, DataType type) throws IOException {
    TensorInfo tensor = info(name);
    long[] shape = tensor.shapeArray();
    if (tensor.length() == 0) {
      return Nd4j.create(type, shape);
    }
    try (INDArray first = piece(tensor, 0)) {
      if (tensor.length() == first.length()) {
        return first.reshape(shape).dup('c').castTo(type);
      }
    }
    INDArray array = Nd4j.createUninitialized(type, shape, 'c');
    INDArray flat = array.reshape(tensor.length());
    for (long start = 0; start < tensor.length(); start += PIECE) {
      try (INDArray piece = piece(tensor, start)) {
        flat.get(NDArrayIndex.interval(start, start + piece.length())).assign(piece);
      }
    }
    return array;
  }

  /**
   * Reads an array of a floating-point type, or of integers that floats hold exactly enough.
   *
   * @throws TensorFileException if it has more elements than a Java array
   */
  public float[] floats(String name) throws IOException {
    TensorInfo tensor = info(name);
    float[] values = new float[javaLength(tensor)];
    forEachPiece(
        tensor,
        (bytes, start, length) -> {
          if (tensor.type() == TensorType.F32) {
            bytes.asFloatBuffer().get(values, start, length);
            return;
          }
          for (int i = start; i < start + length; i++) {
            values[i] = (float) tensor.type().readDouble(bytes);
          }
        });
    return values;
  }

  /**
   * Reads an array as doubles: exact but for integers beyond 2^53.
   *
   * @throws TensorFileException if it has more elements than a Java array
   */
  public double[] doubles(String name) throws IOException {
    TensorInfo tensor = info(name);
    double[] values = new double[javaLength(tensor)];
    forEachPiece(
        tensor,
        (bytes, start, length) -> {
          for (int i = start; i < start + length; i++) {
            values[i] = tensor.type().readDouble(bytes);
          }
        });
    return values;
  }

  /**
   * Reads an array of an integer type or BOOL (0 and 1).
   *
   * @throws TensorFileException if it holds floating-point numbers, U64 values beyond 2^63 - 1, or
   *     more elements than a Java array
   */
  public long[] longs(String name) throws IOException {
    TensorInfo tensor = info(name);
    if (tensor.type().isFloatingPoint()) {
      throw new TensorFileException(
          file, "array '" + name + "' must hold integers, holds " + tensor.type());
    }
    long[] values = new long[javaLength(tensor)];
    forEachPiece(
        tensor,
        (bytes, start, length) -> {
          for (int i = start; i < start + length; i++) {
            values[i] = tensor.type().readLong(bytes);
            if (tensor.type() == TensorType.U64 && values[i] < 0) {
              throw new TensorFileException(
                  file,
                  "array '%s' has %s, more than 63 bits can hold"
                      .formatted(name, Long.toUnsignedString(values[i])));
            }
          }
        });
    return values;
  }

  private int javaLength(TensorInfo tensor) throws TensorFileException {
    if (tensor.length() > Integer.MAX_VALUE - 8) {
      throw new TensorFileException(
          file,
          "array '%s' has %d elements, too many for a Java array; read it as an ND4J array"
              .formatted(tensor.name(), tensor.length()));
    }
    return (int) tensor.length();
  }

  /** Copies up to {@link #PIECE} elements into a flat array of the tensor's own type. */
  private INDArray piece(TensorInfo tensor, long start) throws IOException {
    int length = (int) Math.min(PIECE, tensor.length() - start);
    ByteBuffer bytes = map(tensor, start, length);
    switch (tensor.type().arrayType()) {
      case DOUBLE -> {
        double[] values = new double[length];
        bytes.asDoubleBuffer().get(values);
        return Nd4j.createFromArray(values);
      }
      case FLOAT -> {
        float[] values = new float[length];
        if (tensor.type() == TensorType.F32) {
          bytes.asFloatBuffer().get(values);
        } else {
          for (int i = 0; i < length; i++) {
            values[i] = (float) tensor.type().readDouble(bytes);
          }
        }
        return Nd4j.createFromArray(values);
      }
      default -> {
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
          values[i] = tensor.type().readLong(bytes);
        }
        try (INDArray longs = Nd4j.createFromArray(values)) {
          DataType type = tensor.type().arrayType();
          return type == DataType.INT64 ? longs.dup() : longs.castTo(type);
        }
      }
    }
  }

  private interface PieceReader {
    void read(ByteBuffer bytes, int start, int length) throws IOException;
  }

  private void forEachPiece(TensorInfo tensor, PieceReader reader) throws IOException {
    for (long start = 0; start < tensor.length(); start += PIECE) {
      int length = (int) Math.min(PIECE, tensor.length() - start);
      reader.read(map(tensor, start, length), (int) start, length);
    }
  }

  private ByteBuffer map(TensorInfo tensor, long start, int length) throws IOException {
    int width = tensor.type().bytes();
    MappedByteBuffer bytes =
        channel.map(
            FileChannel.MapMode.READ_ONLY,
            dataStart + tensor.begin() + start * width,
            (long) length * width);
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The file's name. */
  @Override
  public String toString() {
    return file.toString();
  }

  /** Closes the file; arrays that were read stay. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
