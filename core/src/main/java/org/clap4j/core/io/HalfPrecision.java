package org.clap4j.core.io;

/** Converts between float32 and the two 16-bit floating-point formats, bit by bit. */
final class HalfPrecision {

  private static final int FLOAT_SIGN = 0x80000000;
  private static final int FLOAT_INFINITY = 0x7F800000;

  private HalfPrecision() {}

  /** Widens an IEEE 754 binary16 value; exact. */
  static float float16ToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0x1F) {
      return Float.intBitsToFloat(sign | FLOAT_INFINITY | fraction << 13);
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }

  /** Narrows to IEEE 754 binary16: to nearest, ties to even; beyond 65504 to infinity. */
  static short floatToFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits & FLOAT_SIGN) >>> 16;
    int magnitude = bits & ~FLOAT_SIGN;
    if (magnitude > FLOAT_INFINITY) {
      return (short) (sign | 0x7E00);
    }
    if (magnitude >= 0x477FF000) { // 65520, where rounding reaches infinity
      return (short) (sign | 0x7C00);
    }
    if (magnitude < 0x38800000) { // 2^-14: below it binary16 has multiples of 2^-24
      int multiples = (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24);
      return (short) (sign | multiples);
    }
    return (short) (sign | dropBits(magnitude - (112 << 23), 13));
  }

  /** Widens a bfloat16 value; exact. */
  static float bfloat16ToFloat(short brain) {
    return Float.intBitsToFloat(brain << 16);
  }

  /** Narrows to bfloat16: to nearest, ties to even. */
  static short floatToBfloat16(float value) {
    if (Float.isNaN(value)) {
      return (short) 0x7FC0;
    }
    return (short) dropBits(Float.floatToRawIntBits(value), 16);
  }

  /** Drops low bits: to nearest, ties to even; a carry runs on into the exponent. */
  private static int dropBits(int bits, int dropped) {
    int halfMinusOne = (1 << (dropped - 1)) - 1;
    int lastKept = (bits >>> dropped) & 1;
    return (bits + halfMinusOne + lastKept) >>> dropped;
  }
}
