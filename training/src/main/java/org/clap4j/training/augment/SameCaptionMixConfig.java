package org.clap4j.training.augment;

import org.clap4j.core.config.Key;

/**
 * Options of mixing a clip with another one that has the same caption, which is then true of both:
 * for data with few captions, such as labels in a template. A clip whose caption no other clip has
 * stays as it is.
 */
public record SameCaptionMixConfig(
    @Key(value = "share of the clips that are mixed, in [0, 1]", defaultValue = "0")
        double probability,
    @Key(value = "least level of the clip over what is mixed in, in dB", defaultValue = "0")
        double minSnrDb,
    @Key(value = "greatest level of the clip over what is mixed in, in dB", defaultValue = "10")
        double maxSnrDb) {

  /** Checks the ranges. */
  public SameCaptionMixConfig {
    NoiseConfig.requireRanges(probability, minSnrDb, maxSnrDb);
  }
}
