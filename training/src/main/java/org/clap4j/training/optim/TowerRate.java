package org.clap4j.training.optim;

/**
 * What the learning rate of a tower is multiplied with.
 *
 * @param factor of the whole tower
 * @param layerDecay from each layer of the encoder to the one before it; the head has none, so that
 *     the last layer of the encoder learns at {@code factor * layerDecay} (Howard and Ruder 2018,
 *     ULMFiT, section 3.2)
 */
public record TowerRate(double factor, double layerDecay) {

  /** The factor of a layer that has so many others, the head included, above it. */
  double ofLayer(int above) {
    return factor * Math.pow(layerDecay, above);
  }
}
