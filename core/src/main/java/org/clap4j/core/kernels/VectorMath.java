package org.clap4j.core.kernels;

/**
 * Elementary functions over tiles, written so that the compiler makes vector instructions of them:
 * straight lines of additions, multiplications, divisions, minima and maxima.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they are published
final class VectorMath {

  private static final float INVERSE_ROOT_2 = 0.70710678f;
  private static final float LOG2_E = 1.44269504f;

  /** 1.5 · 2^23: adding it rounds to an integer, which then stands in the lowest bits. */
  private static final float ROUNDER = 12582912f;

  /** Below this, exp is taken as exp of this: 1e-38. */
  private static final float LOWEST_EXPONENT = -87f;

  /** c in the tanh form of GELU, x σ(2 √(2/π) (x + c x³)). */
  static final float GELU_CUBE = 0.044715f;

  /** 2 √(2/π) in the same. */
  static final float GELU_SCALE = 1.59576912f;

  private VectorMath() {}

  /**
   * Writes σ(2 √(2/π) (x + c x³)), what the tanh form of GELU multiplies x with.
   *
   * @param scratch of the same length
   */
  static void geluSigmoid(float[] x, float[] y, float[] scratch, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = GELU_SCALE * x[i] * (1f + GELU_CUBE * x[i] * x[i]);
    }
    sigmoid(y, y, scratch, count);
  }

  /**
   * Writes σ(x) = 1 / (1 + exp(-x)).
   *
   * @param y may be x
   * @param scratch of the same length
   */
  static void sigmoid(float[] x, float[] y, float[] scratch, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.min(-LOWEST_EXPONENT, -x[i]);
    }
    exp(y, y, scratch, count);
    for (int i = 0; i < count; i++) {
      y[i] = 1f / (1f + y[i]);
    }
  }

  /**
   * Writes Φ(x) = (1 + erf(x / sqrt 2)) / 2, within 2e-7. erf is the rational minimax approximation
   * of degrees 13 and 8 that Eigen and XLA use; beyond 4 it is 1 to float precision.
   */
  static void normalDistribution(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      float v = Math.max(-4f, Math.min(4f, x[i] * INVERSE_ROOT_2));
      float s = v * v;
      float p = -2.72614225801306e-10f;
      p = p * s + 2.77068142495902e-08f;
      p = p * s - 2.10102402082508e-06f;
      p = p * s - 5.69250639462346e-05f;
      p = p * s - 7.34990630326855e-04f;
      p = p * s - 2.95459980854025e-03f;
      p = p * s - 1.60960333262415e-02f;
      float q = -1.45660718464996e-05f;
      q = q * s - 2.13374055278905e-04f;
      q = q * s - 1.68282697438203e-03f;
      q = q * s - 7.37332916720468e-03f;
      q = q * s - 1.42647390514189e-02f;
      y[i] = 0.5f + 0.5f * (v * p / q);
    }
  }

  /**
   * Writes exp(x) for x up to 88, within 2 ulp; smaller than -87 counts as -87. 2^k times a
   * polynomial on [-ln 2 / 2, ln 2 / 2] (coefficients of Cephes' expf).
   *
   * @param powers scratch of the same length
   */
  static void exp(float[] x, float[] y, float[] powers, int count) {
    for (int i = 0; i < count; i++) {
      powers[i] = Math.max(LOWEST_EXPONENT, x[i]) * LOG2_E + ROUNDER;
    }
    for (int i = 0; i < count; i++) {
      float k = powers[i] - ROUNDER;
      float r = (Math.max(LOWEST_EXPONENT, x[i]) - k * 0.693359375f) + k * 2.12194440e-4f;
      float p = 1.9875691500e-4f;
      p = p * r + 1.3981999507e-3f;
      p = p * r + 8.3334519073e-3f;
      p = p * r + 4.1665795894e-2f;
      p = p * r + 1.6666665459e-1f;
      p = p * r + 5.0000001201e-1f;
      y[i] = p * r * r + r + 1f;
    }
    for (int i = 0; i < count; i++) {
      int k = Float.floatToRawIntBits(powers[i]) << 23;
      y[i] *= Float.intBitsToFloat(k + 0x3F800000);
    }
  }

  /** Multiplies the first elements of a by those of b, in place of a. */
  static void multiplyInto(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] *= b[i];
    }
  }

  /** Adds the first elements of b to those of a, in place of a. */
  static void addInto(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] += b[i];
    }
  }

  /** Subtracts the first elements of b from those of a, in place of a. */
  static void subtractFrom(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] -= b[i];
    }
  }

  /** Takes the larger of the first elements of a and b each, in place of a. */
  static void maxInto(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
  }

  /** Adds up a[from, from + count) in eight interleaved sums. */
  static float sum(float[] a, int from, int count) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = from;
    int end = from + count;
    for (; i + 8 <= end; i += 8) {
      s0 += a[i];
      s1 += a[i + 1];
      s2 += a[i + 2];
      s3 += a[i + 3];
      s4 += a[i + 4];
      s5 += a[i + 5];
      s6 += a[i + 6];
      s7 += a[i + 7];
    }
    for (; i < end; i++) {
      s0 += a[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** Adds up a · b over [from, from + count), in eight interleaved sums. */
  static float dot(float[] a, float[] b, int from, int count) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = from;
    int end = from + count;
    for (; i + 8 <= end; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    for (; i < end; i++) {
      s0 += a[i] * b[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
