package org.clap4j.core.audio;

/** How frequency maps to pitch. */
public enum MelScale {
  /** Linear to 1 kHz, logarithmic above (Slaney 1998). */
  SLANEY,
  /** 2595 log10(1 + f / 700) (HTK). */
  HTK
}
