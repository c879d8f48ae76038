package org.clap4j.core.model;

import org.clap4j.core.audio.LogMelSettings;

/**
 * Turns log-mel spectrograms into features. Immutable: it describes a sub-graph, the model owns the
 * parameters.
 */
public interface AudioEncoder {

  /** The front end that this encoder's weights are bound to. */
  LogMelSettings frontEnd();

  /**
   * Whether it takes four log-mels of each clip, [B, 4, frames, melBins], and a mask [B, 4] of
   * those that count: see {@link org.clap4j.core.audio.LongClipFusion}. Otherwise it takes one, and
   * no mask.
   */
  default boolean fusesLongClips() {
    return false;
  }

  /** E_a, the size of its features. */
  int featureDim();

  /**
   * Adds its blocks to a graph.
   *
   * @param graph takes the blocks
   * @param prefix first part of the vertices' names: {@code audio_encoder}
   * @param input vertex that gives the log-mel in dB, [B, C, frames, melBins], C = 4 if it fuses
   *     long clips, else 1
   * @return the vertex that gives the features, [B, E_a]
   */
  String addTo(GraphBuilder graph, String prefix, String input);
}
