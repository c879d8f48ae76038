package org.clap4j.core.kernels;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The floats of an array in host memory, for bulk copies from and to tiles. May be shared by
 * threads: positions are absolute.
 */
final class HostFloats {

  /** Floats in a tile: 8 KiB, so that four of them fit into a first-level cache. */
  static final int TILE = 2048;

  private static final int MAX_LENGTH = Integer.MAX_VALUE / Float.BYTES;

  private final FloatPointer pointer;
  private final FloatBuffer buffer;

  /** Views memory from the pointer's position to its limit. */
  HostFloats(FloatPointer pointer) {
    this.pointer = pointer;
    this.buffer = pointer.asBuffer();
  }

  /** Views a whole array, which must be FLOAT, row-major and without gaps. */
  static HostFloats of(INDArray array) {
    return of(array, 0, array.length());
  }

  /** Views elements [from, from + length) of an array in row-major order. */
  static HostFloats of(INDArray array, long from, long length) {
    if (array.dataType() != DataType.FLOAT || !isRowMajorWithoutGaps(array)) {
      throw new IllegalArgumentException(
          "tiled kernels take FLOAT arrays in row-major order without gaps, not "
              + array.shapeInfoToString());
    }
    if (from < 0 || length > MAX_LENGTH || from + length > array.length()) {
      throw new IllegalArgumentException(
          "elements [" + from + ", " + (from + length) + ") of " + array.length());
    }
    FloatPointer pointer = new FloatPointer(array.data().pointer());
    pointer.position(array.offset() + from).limit(array.offset() + from + length);
    return new HostFloats(pointer);
  }

  /** Strides of axes of size 1 say nothing. */
  private static boolean isRowMajorWithoutGaps(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) != 1 && array.stride(axis) != expected) {
        return false;
      }
      expected *= array.size(axis);
    }
    return true;
  }

  /** Copies tile[0, count) from elements [at, at + count). */
  void read(long at, float[] tile, int count) {
    buffer.get((int) at, tile, 0, count);
  }

  /** Copies tile[offset, offset + count) from elements [at, at + count). */
  void read(long at, float[] tile, int offset, int count) {
    buffer.get((int) at, tile, offset, count);
  }

  /** Number of elements. */
  int length() {
    return buffer.remaining();
  }

  /** Copies all elements. */
  float[] toArray() {
    float[] copy = new float[buffer.remaining()];
    buffer.get(0, copy);
    return copy;
  }

  /** The address of the first element, for native libraries. */
  FloatPointer pointer() {
    return pointer;
  }

  /** Copies tile[offset, offset + count) to elements [at, at + count). */
  void write(long at, float[] tile, int offset, int count) {
    buffer.put((int) at, tile, offset, count);
  }

  /** Copies tile[0, count) to elements [at, at + count). */
  void write(long at, float[] tile, int count) {
    buffer.put((int) at, tile, 0, count);
  }

  /** Copies elements [from, from + count) of another array to elements [at, at + count). */
  void write(long at, HostFloats source, long from, int count) {
    buffer.put((int) at, source.buffer, (int) from, count);
  }

  /** One element. */
  float get(long at) {
    return buffer.get((int) at);
  }

  /** Sets one element. */
  void put(long at, float value) {
    buffer.put((int) at, value);
  }
}
