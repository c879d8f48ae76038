package org.clap4j.encoders.heads;

import org.clap4j.core.config.Key;

/**
 * Options of the linear head.
 *
 * @param dim D, size of the joint space
 * @param bias whether the map has a bias
 */
public record LinearHeadConfig(
    @Key(value = "size of the joint embedding space", defaultValue = "512") int dim,
    @Key(value = "whether the linear map has a bias", defaultValue = "true") boolean bias) {

  /** Checks the dimension. */
  public LinearHeadConfig {
    HeadDimension.check(dim);
  }
}
