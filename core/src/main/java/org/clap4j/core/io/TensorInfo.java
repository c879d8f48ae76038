package org.clap4j.core.io;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One array of a safetensors file, as its header describes it.
 *
 * @param name the array's name
 * @param type type of its elements
 * @param shape size of each dimension, row-major; empty for a scalar
 * @param begin first byte, from the start of the data
 * @param end byte after the last
 */
public record TensorInfo(String name, TensorType type, List<Long> shape, long begin, long end) {

  /** Freezes the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long length() {
    return (end - begin) / type.bytes();
  }

  /** The shape as ND4J takes it. */
  public long[] shapeArray() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** For people: {@code weight F32 [8, 16]}. */
  @Override
  public String toString() {
    return name
        + " "
        + type
        + shape.stream().map(String::valueOf).collect(Collectors.joining(", ", " [", "]"));
  }

  /**
   * Number of bytes of an array.
   *
   * @throws ArithmeticException if it does not fit 63 bits
   */
  static long byteCount(TensorType type, long... shape) {
    if (Arrays.stream(shape).anyMatch(size -> size == 0)) {
      return 0;
    }
    long bytes = type.bytes();
    for (long size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }
}
