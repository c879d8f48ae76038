package org.clap4j.core.audio;

/** Turns power into decibels, in place. */
final class Decibels {

  private static final float FLOOR = (float) LogMelSettings.POWER_FLOOR;
  private static final float FLOOR_DB = -100f;
  private static final double DB_PER_NEPER = 10 / Math.log(10);
  private static final double LN_2 = Math.log(2);
  private static final int MANTISSA_BITS = 23;
  private static final int SQRT_HALF_BITS = Float.floatToRawIntBits((float) Math.sqrt(0.5));

  private Decibels() {}

  /** Replaces p by 10 log10(max(p, 1e-10)) in [from, end). */
  static void ofPower(float[] values, int from, int end) {
    for (int i = from; i < end; i++) {
      values[i] = values[i] <= FLOOR ? FLOOR_DB : decibels(values[i]);
    }
  }

  /**
   * 10 log10(p) for a positive normal p: p = m 2^e with m in [√½, √2), ln m = 2 artanh s, s = (m -
   * 1) / (m + 1). Cut after s⁹, an error of 2e-9 dB, it is six times faster than Math.log10. NaN
   * and infinity stay what they are.
   */
  private static float decibels(float power) {
    if (!(power <= Float.MAX_VALUE)) {
      return power;
    }
    int bits = Float.floatToRawIntBits(power);
    int exponent = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
    double m = Float.intBitsToFloat(bits - (exponent << MANTISSA_BITS));
    double s = (m - 1) / (m + 1);
    double s2 = s * s;
    double lnM = 2 * s * (1 + s2 * (1 / 3.0 + s2 * (1 / 5.0 + s2 * (1 / 7.0 + s2 * (1 / 9.0)))));
    return (float) (DB_PER_NEPER * (exponent * LN_2 + lnM));
  }
}
