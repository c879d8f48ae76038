package org.clap4j.core.model;

import org.clap4j.core.layers.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One named array of a model, as a slice of its flat vector.
 *
 * @param name full name: {@code audio_encoder.conv_block1.conv1.weight}
 * @param part the part of the model that it belongs to
 * @param layer number of its layer within the part, from 1 at the input on; a layer is a vertex of
 *     the graph that has parameters
 * @param kind what the optimiser may do with it
 * @param offset where its slice starts in {@link TwoTowerModel#flatParameters()} and {@link
 *     TwoTowerModel#flatGradients()}
 * @param length number of elements
 * @param value view of the flat vector in the parameter's shape
 */
public record Parameter(
    String name,
    Part part,
    int layer,
    ParameterSpec.Kind kind,
    long offset,
    long length,
    INDArray value) {

  /** The tower that the part belongs to. */
  public Tower tower() {
    return part.tower();
  }
}
