package org.clap4j.training.augment;

/** What SpecAugment's stripes are filled with. */
public enum StripeFill {
  /** -100 dB: digital silence. */
  FLOOR,
  /** The mean of the clip's log-mel: what tells least. */
  MEAN,
  /** 0 dB, as LAION-CLAP has it, which blanks out after its batch norm. */
  ZERO
}
