package org.clap4j.core.audio;

/** How frequency maps to pitch. */
public enum MelScale {
  /**
   * Linear to 1 kHz, logarithmic above: 3 f / 200, then 15 + 27 ln(f / 1000) / ln 6.4 (Slaney 1998,
   * Auditory Toolbox).
   */
  SLANEY {
    @Override
    public double toMel(double hz) {
      return hz < BREAK_HZ ? 3 * hz / 200 : BREAK_MEL + Math.log(hz / BREAK_HZ) * MELS_PER_NEPER;
    }

    @Override
    public double toHz(double mel) {
      return mel < BREAK_MEL
          ? 200 * mel / 3
          : BREAK_HZ * Math.exp((mel - BREAK_MEL) / MELS_PER_NEPER);
    }
  },

  /** 2595 log10(1 + f / 700) (HTK). */
  HTK {
    @Override
    public double toMel(double hz) {
      return 2595 * Math.log10(1 + hz / 700);
    }

    @Override
    public double toHz(double mel) {
      return 700 * (Math.pow(10, mel / 2595) - 1);
    }
  };

  private static final double BREAK_HZ = 1000;
  private static final double BREAK_MEL = 15;
  private static final double MELS_PER_NEPER = 27 / Math.log(6.4);

  /** Turns a frequency in Hz into mels. */
  public abstract double toMel(double hz);

  /** Turns mels into a frequency in Hz: the inverse of {@link #toMel}. */
  public abstract double toHz(double mel);
}
