package org.clap4j.encoders.heads;

import org.clap4j.core.config.Key;

/**
 * Options of LAION CLAP's head.
 *
 * @param dim D, size of the joint space and of the layer between
 */
public record LaionHeadConfig(
    @Key(value = "size of the joint embedding space", defaultValue = "512") int dim) {

  /** Checks the dimension. */
  public LaionHeadConfig {
    HeadDimension.check(dim);
  }
}
