package org.clap4j.encoders.heads;

import org.clap4j.core.config.Key;
import org.clap4j.core.config.OptionRange;

/**
 * Options of MS CLAP's head.
 *
 * @param dim D, size of the joint space
 * @param dropout on the residual branch
 */
public record MsClapHeadConfig(
    @Key(value = "size of the joint embedding space", defaultValue = "1024") int dim,
    @Key(value = "dropout of the head's second layer, in [0, 1)", defaultValue = "0.5")
        double dropout) {

  /** Checks the ranges. */
  public MsClapHeadConfig {
    HeadDimension.check(dim);
    OptionRange.requireBelowOne("dropout", dropout);
  }
}
