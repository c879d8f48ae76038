package org.clap4j.core.kernels;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * The floats of an array in host memory, for bulk copies from and to tiles. May be shared by
 * threads: positions are absolute.
 */
final class HostFloats {

  /** Floats in a tile: 8 KiB, so that four of them fit into a first-level cache. */
  static final int TILE = 2048;

  private static final int MAX_LENGTH = Integer.MAX_VALUE / Float.BYTES;

  private final FloatBuffer buffer;

  private HostFloats(FloatBuffer buffer) {
    this.buffer = buffer;
  }

  /** Views a whole array, which must be FLOAT, row-major and without gaps. */
  static HostFloats of(INDArray array) {
    return of(array, 0, array.length());
  }

  /** Views elements [from, from + length) of an array in row-major order. */
  static HostFloats of(INDArray array, long from, long length) {
    if (array.dataType() != DataType.FLOAT
        || (array.length() > 1
            && (array.ordering() != 'c' || !Shape.hasDefaultStridesForShape(array)))) {
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
    return new HostFloats(pointer.asBuffer());
  }

  /** Copies tile[0, count) from elements [at, at + count). */
  void read(long at, float[] tile, int count) {
    buffer.get((int) at, tile, 0, count);
  }

  /** Copies tile[0, count) to elements [at, at + count). */
  void write(long at, float[] tile, int count) {
    buffer.put((int) at, tile, 0, count);
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
