package org.clap4j.core.io;

import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/** The element types of a safetensors file, by the names that stand in it; little-endian. */
public enum TensorType {
  BOOL(1, DataType.BOOL),
  U8(1, DataType.UINT8),
  I8(1, DataType.INT8),
  U16(2, DataType.INT32),
  I16(2, DataType.INT16),
  F16(2, DataType.FLOAT),
  BF16(2, DataType.FLOAT),
  U32(4, DataType.INT64),
  I32(4, DataType.INT32),
  F32(4, DataType.FLOAT),
  U64(8, DataType.INT64),
  I64(8, DataType.INT64),
  F64(8, DataType.DOUBLE);

  private final int bytes;
  private final DataType arrayType;

  TensorType(int bytes, DataType arrayType) {
    this.bytes = bytes;
    this.arrayType = arrayType;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The ND4J type that holds every value of this type exactly (but U64 beyond 2^63 - 1). */
  public DataType arrayType() {
    return arrayType;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloatingPoint() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /** The type in which an ND4J array is written without loss. */
  @SuppressWarnings("deprecation") // the constants themselves: a switch takes no aliases
  public static TensorType of(DataType type) {
    return switch (type) {
      case DOUBLE -> F64;
      case FLOAT -> F32;
      case HALF -> F16;
      case BFLOAT16 -> BF16;
      case LONG -> I64;
      case INT -> I32;
      case SHORT -> I16;
      case BYTE -> I8;
      case UBYTE -> U8;
      case BOOL -> BOOL;
      default ->
          throw new IllegalArgumentException(
              "an array of type " + type + " cannot be written; cast it to FLOAT or LONG first");
    };
  }

  /** Reads the next element as a double: exact but for integers beyond 2^53. */
  double readDouble(ByteBuffer source) {
    return switch (this) {
      case F64 -> source.getDouble();
      case F32 -> source.getFloat();
      case F16 -> HalfPrecision.float16ToFloat(source.getShort());
      case BF16 -> HalfPrecision.bfloat16ToFloat(source.getShort());
      default -> readLong(source);
    };
  }

  /** Reads the next element of an integer type; U64 as its 64 bits. */
  long readLong(ByteBuffer source) {
    return switch (this) {
      case BOOL -> source.get() == 0 ? 0 : 1;
      case U8 -> source.get() & 0xFF;
      case I8 -> source.get();
      case U16 -> source.getShort() & 0xFFFF;
      case I16 -> source.getShort();
      case U32 -> source.getInt() & 0xFFFFFFFFL;
      case I32 -> source.getInt();
      case U64, I64 -> source.getLong();
      default -> throw new IllegalStateException(this + " is not an integer type");
    };
  }

  /** Writes a value as a floating-point type, rounded to float32 first if the type is no wider. */
  void writeDouble(ByteBuffer target, double value) {
    if (this == F64) {
      target.putDouble(value);
    } else {
      writeFloat(target, (float) value);
    }
  }

  /** Writes a value as a floating-point type, rounded to nearest, ties to even. */
  void writeFloat(ByteBuffer target, float value) {
    switch (this) {
      case F64 -> target.putDouble(value);
      case F32 -> target.putFloat(value);
      case F16 -> target.putShort(HalfPrecision.floatToFloat16(value));
      case BF16 -> target.putShort(HalfPrecision.floatToBfloat16(value));
      default -> throw new IllegalStateException(this + " is not a floating-point type");
    }
  }

  /** Writes a value of an integer type. */
  void writeLong(ByteBuffer target, long value) {
    switch (bytes) {
      case 1 -> target.put((byte) value);
      case 2 -> target.putShort((short) value);
      case 4 -> target.putInt((int) value);
      default -> target.putLong(value);
    }
  }
}
