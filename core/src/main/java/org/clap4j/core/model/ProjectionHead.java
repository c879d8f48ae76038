package org.clap4j.core.model;

/**
 * Projects features into the joint space, before normalisation. One head serves both towers, each
 * with its own weights.
 */
public interface ProjectionHead {

  /** D, the size of the joint space. */
  int dim();

  /**
   * Adds its blocks to a graph.
   *
   * @param graph takes the blocks
   * @param prefix first part of the vertices' names: {@code audio_projection} or {@code
   *     text_projection}
   * @param input vertex that gives the features, [B, featureDim]
   * @param featureDim size of the features
   * @return the vertex that gives the projection, [B, D]
   */
  String addTo(GraphBuilder graph, String prefix, String input, int featureDim);
}
