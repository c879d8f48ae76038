package org.clap4j.losses;

import org.nd4j.linalg.api.buffer.DataType;

/** exp over an array, for arguments that are not above 0, and log1p for what comes of it. */
enum Exponential {
  /** As exact as {@link Math#exp}. */
  EXACT {
    @Override
    void exp(double[] x, int length) {
      for (int i = 0; i < length; i++) {
        x[i] = Math.exp(x[i]);
      }
    }

    @Override
    void log1p(double[] x, int length) {
      for (int i = 0; i < length; i++) {
        x[i] = Math.log1p(x[i]);
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
    void exp(double[] x, int length) {
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

    /** log(1 + x) = 2 artanh(x / (2 + x)), by the artanh's series up to degree 19. */
    @Override
    void log1p(double[] x, int length) {
      for (int i = 0; i < length; i++) {
        double s = x[i] / (2 + x[i]);
        double t = s * s;
        double p = 1.0 / 17 + t * (1.0 / 19);
        p = 1.0 / 13 + t * (1.0 / 15 + t * p);
        p = 1.0 / 9 + t * (1.0 / 11 + t * p);
        p = 1.0 / 5 + t * (1.0 / 7 + t * p);
        x[i] = 2 * s * (1 + t * (1.0 / 3 + t * p));
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
  abstract void exp(double[] x, int length);

  /** Replaces x[0, length), all in [0, 1], by log(1 + x); exact to 1e-10 at least. */
  abstract void log1p(double[] x, int length);
}
