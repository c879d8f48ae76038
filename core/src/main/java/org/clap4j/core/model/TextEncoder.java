package org.clap4j.core.model;

import org.clap4j.core.text.TokenBatch;

/**
 * Turns tokens into features. Immutable: it describes a sub-graph, the model owns the parameters.
 */
public interface TextEncoder {

  /** E_t, the size of its features. */
  int featureDim();

  /** The most tokens that it takes. */
  int maxLength();

  /**
   * Says which tokens it takes for padding, before a batch is embedded. By default those that the
   * tokenizer has added.
   *
   * @param tokens as the tokenizer gives them
   * @return the same ids, and the mask that its blocks are given
   */
  default TokenBatch masked(TokenBatch tokens) {
    return tokens;
  }

  /**
   * Adds its blocks to a graph.
   *
   * @param graph takes the blocks
   * @param prefix first part of the vertices' names: {@code text_encoder}
   * @param input vertex that gives the token ids as numbers, [B, L], with the token mask [B, L]
   *     beside them
   * @return the vertex that gives the features, [B, E_t]
   */
  String addTo(GraphBuilder graph, String prefix, String input);
}
