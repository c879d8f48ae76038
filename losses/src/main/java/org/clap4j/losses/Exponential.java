package org.clap4j.losses;

import org.nd4j.linalg.api.buffer.DataType;

/** exp over an array, for arguments that are not above 0. */
enum Exponential {
  /** As exact as {@link Math#exp}. */
  EXACT {
    @Override
    void apply(double[] x, int length) {
      for (int i = 0; i < length; i++) {
        x[i] = Math.exp(x[i]);
      }
    }
  },

  /**
   * Exact to 1e-8 down to exp(-20) and to 2e-6 of ever smaller values below, far beyond what
   * float32 logits give; several times faster, because nothing but sums, products and maxima lets
   * the compiler use vector instructions: exp(x) = exp(x / 1024)^1024, by a polynomial of degree 5
   * and ten squarings.
   */
  FAST {
    @Override
    void apply(double[] x, int length) {
      for (int i = 0; i < length; i++) {
        double y = Math.max(x[i], FLOAT_UNDERFLOW) * (1.0 / 1024);
        double power = 1 + y * (1 + y * (0.5 + y * (1.0 / 6 + y * (1.0 / 24 + y * (1.0 / 120)))));
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        power *= power;
        x[i] = power;
      }
    }
  };

  /** exp of this is the smallest float above 0: less than that adds nothing to a sum of floats. */
  private static final double FLOAT_UNDERFLOW = -104;

  /** What embeddings of that type are worth. */
  static Exponential of(DataType type) {
    return type == DataType.DOUBLE ? EXACT : FAST;
  }

  /** Replaces x[0, length) by its exponentials. */
  abstract void apply(double[] x, int length);
}
