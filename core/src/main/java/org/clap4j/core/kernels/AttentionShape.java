package org.clap4j.core.kernels;

/**
 * The dimensions of one self-attention.
 *
 * @param batch B, sequences
 * @param tokens L, tokens of each sequence, padding included
 * @param heads H
 * @param width D, a multiple of H
 * @param causal whether a token sees only itself and what is before it
 */
public record AttentionShape(int batch, int tokens, int heads, int width, boolean causal) {

  /** Checks that the heads divide the width. */
  public AttentionShape {
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of heads, was " + width + " for " + heads + " heads");
    }
  }

  /** Columns of one head. */
  public int headWidth() {
    return width / heads;
  }

  /** The factor of the scores: 1 / sqrt(D / H). */
  public double scale() {
    return 1 / Math.sqrt(headWidth());
  }
}
